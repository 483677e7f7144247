package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.DevConsoleModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalog's entries, and what Camel's own validation makes of URIs with them. */
class CatalogTest {

  private static final CamelCatalog CATALOG = new DefaultCamelCatalog();

  @BeforeAll
  static void add() throws IOException {
    CATALOG.addComponent("gpu-infer", GpuInferComponent.class.getName(), json());
  }

  @Test
  void shouldDescribeEveryOptionAndHeader() throws IOException {
    ComponentModel model = JsonMapper.generateComponentModel(json());

    assertThat(model.getComponentOptions()).allSatisfy(CatalogTest::isDescribed);
    assertThat(model.getEndpointOptions()).allSatisfy(CatalogTest::isDescribed);
    assertThat(model.getEndpointHeaders()).allSatisfy(CatalogTest::isDescribed);
    assertThat(model.getEndpointHeaders())
        .extracting(BaseOptionModel::getName)
        .containsExactlyInAnyOrderElementsOf(headerConstants());
  }

  @ParameterizedTest
  @ValueSource(classes = {GpuInferDevConsole.class, GpuInferCapacityDevConsole.class})
  void shouldDescribeEveryConsole(Class<?> console) throws IOException {
    DevConsole declared = console.getAnnotation(DevConsole.class);
    String path = "/META-INF/org/apache/camel/dev-console/%s.json".formatted(declared.name());

    DevConsoleModel model = JsonMapper.generateDevConsoleModel(resource(path));

    assertThat(model.getName()).isEqualTo(declared.name());
    assertThat(model.getTitle()).isEqualTo(declared.displayName());
    assertThat(model.getDescription()).isEqualTo(declared.description());
    assertThat(model.getJavaType()).isEqualTo(console.getName());
    assertThat(model.getArtifactId()).isEqualTo("camel-gpu-infer");
  }

  @Test
  void shouldDescribeAnAsynchronousProducer() throws IOException {
    assertThat(json()).contains("\"async\": true", "\"producerOnly\": true", "\"label\": \"ai\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpu-infer:ppocr?task=ocr&device=opencl&maxBatchSize=4",
        "gpu-infer:raw?modelUri=file:/models/a.onnx&device=0&priority=low",
        "gpu-infer:minilm?operation=rollback",
        "gpu-infer:minilm?device=gpu,opencl&instances=2&maxBatchDelay=5&keepOrder=true",
        "gpu-infer:minilm?queueGflop=2.5&watchdog=1m",
        "gpu-infer:minilm?requestTimeout=2s&queueCapacity=10&warmup=false&modelVersion=2"
      })
  void shouldAcceptUrisThatAreRight(String uri) {
    EndpointValidationResult result = CATALOG.validateEndpointProperties(uri);

    assertThat(result.isSuccess()).as(result.summaryErrorMessage(true)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpu-infer:minilm?devise=cpu",
        "gpu-infer:minilm?task=juggling",
        "gpu-infer:minilm?queueCapacity=many",
        "gpu-infer:minilm?operation=explode",
        "gpu-infer:minilm?keepOrder=perhaps",
        "gpu-infer:minilm?priority=urgent"
      })
  void shouldRefuseUrisThatAreWrong(String uri) {
    assertThat(CATALOG.validateEndpointProperties(uri).isSuccess()).isFalse();
  }

  private static void isDescribed(BaseOptionModel option) {
    assertThat(option.getDescription()).as(option.getName()).isNotBlank();
    assertThat(option.getJavaType()).as(option.getName()).isNotBlank();
  }

  private static List<String> headerConstants() {
    return Arrays.stream(GpuInferConstants.class.getFields())
        .map(
            constant -> {
              try {
                return (String) constant.get(null);
              } catch (IllegalAccessException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  private static String json() throws IOException {
    return resource("/META-INF/io/gpuinfer/component/gpu-infer.json");
  }

  private static String resource(String path) throws IOException {
    try (InputStream content = GpuInferComponent.class.getResourceAsStream(path)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
