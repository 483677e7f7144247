package io.gpuinfer.component;

import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.engine.testing.DocsTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.Test;

/**
 * Keeps the tables of {@code docs/endpoint.adoc} as the catalog has them.
 *
 * <p>{@code mvn test -Dtest=EndpointReferenceTest -Ddocs.update=true} rewrites them.
 */
class EndpointReferenceTest {

  @Test
  void shouldShowTheOptionsAndHeadersOfTheCatalog() throws IOException {
    ComponentModel catalog = catalog();

    DocsPage.named("endpoint")
        .assertHas(
            Map.of(
                "endpoint-options", options(catalog.getEndpointOptions()),
                "component-options", options(componentOnly(catalog)),
                "headers", headers(catalog.getEndpointHeaders())));
  }

  private static ComponentModel catalog() throws IOException {
    try (InputStream json =
        GpuInferComponent.class.getResourceAsStream(
            "/META-INF/io/gpuinfer/component/gpu-infer.json")) {
      return JsonMapper.generateComponentModel(
          new String(json.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** The component also takes every option of its endpoints, which one table shows. */
  private static List<ComponentModel.ComponentOptionModel> componentOnly(ComponentModel catalog) {
    Set<String> ofEndpoints =
        catalog.getEndpointOptions().stream()
            .map(BaseOptionModel::getName)
            .collect(Collectors.toSet());
    return catalog.getComponentOptions().stream()
        .filter(option -> !ofEndpoints.contains(option.getName()))
        .toList();
  }

  private static String options(Collection<? extends BaseOptionModel> options) {
    DocsTable table = new DocsTable("option", "type", "default", "meaning");
    for (BaseOptionModel option : options) {
      table.row(
          DocsTable.code(option.getName()) + (option.isRequired() ? " (required)" : ""),
          type(option),
          DocsTable.code(option.getDefaultValue()),
          option.getDescription());
    }
    return table.toString();
  }

  private static String headers(List<ComponentModel.EndpointHeaderModel> headers) {
    DocsTable table = new DocsTable("header", "type", "meaning");
    headers.forEach(h -> table.row(DocsTable.code(h.getName()), type(h), h.getDescription()));
    return table.toString();
  }

  private static String type(BaseOptionModel option) {
    if (option.getEnums() != null && !option.getEnums().isEmpty()) {
      return String.join(", ", option.getEnums());
    }
    String type = "duration".equals(option.getType()) ? "duration" : option.getJavaType();
    // Without packages, those of a map's keys and values among them.
    return type.replaceAll("\\b(?:[a-z]\\w*\\.)+", "");
  }
}
