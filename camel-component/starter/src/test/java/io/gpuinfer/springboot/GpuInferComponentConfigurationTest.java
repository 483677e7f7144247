package io.gpuinfer.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.component.GpuInferComponent;
import java.beans.BeanInfo;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.ComponentOptionModel;
import org.apache.camel.tooling.model.ComponentModel.EndpointOptionModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.apache.camel.util.StringHelper;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The properties are written by hand, and must not drift from the component's catalog entry. */
class GpuInferComponentConfigurationTest {

  private final GpuInferComponentConfiguration properties = new GpuInferComponentConfiguration();

  /** Named models have a class of their own. */
  private static final String MODELS = "models";

  @TestFactory
  Stream<DynamicTest> shouldHaveEveryOptionWithItsDefault() throws Exception {
    Map<String, PropertyDescriptor> written = properties();
    return catalog().getComponentOptions().stream()
        .filter(option -> !option.getName().equals(MODELS))
        .map(
            option ->
                DynamicTest.dynamicTest(
                    option.getName(), () -> compare(option, written.get(option.getName()))));
  }

  @Test
  void shouldHaveNothingThatIsNoOption() throws Exception {
    assertThat(properties().keySet())
        .containsExactlyInAnyOrderElementsOf(
            catalog().getComponentOptions().stream()
                .map(ComponentOptionModel::getName)
                .filter(name -> !name.equals(MODELS))
                .toList());
  }

  @Test
  void shouldHaveEveryOptionOfEndpointsForNamedModels() throws Exception {
    // What a URI does, and when its producer starts, is told by the URI alone.
    List<String> ofUris = List.of("model", "operation", "lazyStartProducer");

    assertThat(GpuInferModels.Model.class.getRecordComponents())
        .extracting(RecordComponent::getName)
        .containsExactlyInAnyOrderElementsOf(
            catalog().getEndpointOptions().stream()
                .map(EndpointOptionModel::getName)
                .filter(name -> !ofUris.contains(name))
                .toList());
  }

  @Test
  void shouldTellEditorsOfEveryOption() throws Exception {
    JsonNode metadata;
    try (InputStream json =
        GpuInferComponentConfiguration.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      metadata = new ObjectMapper().readTree(json);
    }
    Map<String, String> descriptions = new HashMap<>();
    metadata
        .get("properties")
        .forEach(
            property ->
                descriptions.put(
                    property.get("name").asText(), property.path("description").asText()));

    for (ComponentOptionModel option : catalog().getComponentOptions()) {
      String name = "camel.component.gpu-infer." + StringHelper.camelCaseToDash(option.getName());
      assertThat(descriptions.get(name)).as(name).isNotBlank();
    }
  }

  private void compare(ComponentOptionModel option, PropertyDescriptor property) throws Exception {
    assertThat(property).as("property for the option " + option.getName()).isNotNull();
    Object value = property.getReadMethod().invoke(properties);
    Object comparable = value instanceof Duration duration ? duration.toMillis() : value;
    assertThat(Objects.toString(comparable))
        .as("default of " + option.getName())
        .isEqualTo(Objects.toString(option.getDefaultValue()));
  }

  private static Map<String, PropertyDescriptor> properties() throws Exception {
    BeanInfo bean =
        Introspector.getBeanInfo(
            GpuInferComponentConfiguration.class,
            GpuInferComponentConfiguration.class.getSuperclass());
    return Arrays.stream(bean.getPropertyDescriptors())
        .collect(Collectors.toMap(PropertyDescriptor::getName, Function.identity()));
  }

  private static ComponentModel catalog() throws Exception {
    try (InputStream json =
        GpuInferComponent.class.getResourceAsStream(
            "/META-INF/io/gpuinfer/component/gpu-infer.json")) {
      return JsonMapper.generateComponentModel(
          new String(json.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
