package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.JsonMapper;
import org.junit.jupiter.api.Test;

/**
 * Keeps the tables of {@code docs/endpoint.md} as the catalog has them.
 *
 * <p>{@code mvn test -Dtest=EndpointReferenceTest -Dendpoint.docs.update=true} rewrites them.
 */
class EndpointReferenceTest {

  private static final Path DOCS = Path.of("../../docs/endpoint.md");

  @Test
  void shouldShowTheOptionsAndHeadersOfTheCatalog() throws IOException {
    String docs = Files.readString(DOCS);

    String current = withTables(docs, catalog());

    if (Boolean.getBoolean("endpoint.docs.update")) {
      Files.writeString(DOCS, current);
    } else {
      assertThat(docs)
          .as("docs/endpoint.md is behind the code; -Dendpoint.docs.update=true rewrites it")
          .isEqualTo(current);
    }
  }

  private static ComponentModel catalog() throws IOException {
    try (InputStream json =
        GpuInferComponent.class.getResourceAsStream(
            "/META-INF/io/gpuinfer/component/gpu-infer.json")) {
      return JsonMapper.generateComponentModel(
          new String(json.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static String withTables(String docs, ComponentModel catalog) {
    String text = withTable(docs, "endpoint options", options(catalog.getEndpointOptions()));
    text = withTable(text, "component options", options(componentOnly(catalog)));
    return withTable(text, "headers", headers(catalog.getEndpointHeaders()));
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

  /** Replaces what stands between the two comments that name a table. */
  private static String withTable(String docs, String name, String table) {
    Pattern place =
        Pattern.compile("(<!-- %s -->\n).*?(<!-- end -->)".formatted(name), Pattern.DOTALL);
    Matcher matcher = place.matcher(docs);
    assertThat(matcher.find()).as("docs/endpoint.md has a place for the " + name).isTrue();
    return matcher.replaceFirst("$1" + Matcher.quoteReplacement(table) + "$2");
  }

  private static String options(Collection<? extends BaseOptionModel> options) {
    return options.stream()
        .map(EndpointReferenceTest::row)
        .collect(
            Collectors.joining(
                "", "| option | type | default | meaning |\n|---|---|---|---|\n", ""));
  }

  private static String row(BaseOptionModel option) {
    Object value = option.getDefaultValue();
    return "| `%s`%s | %s | %s | %s |\n"
        .formatted(
            option.getName(),
            option.isRequired() ? " (required)" : "",
            type(option),
            value == null ? "" : "`" + value + "`",
            option.getDescription());
  }

  private static String headers(List<ComponentModel.EndpointHeaderModel> headers) {
    return headers.stream()
        .map(h -> "| `%s` | %s | %s |\n".formatted(h.getName(), type(h), h.getDescription()))
        .collect(Collectors.joining("", "| header | type | meaning |\n|---|---|---|\n", ""));
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
