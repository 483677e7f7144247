package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.testing.DocsPage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Every URI of the component that a document, route, sample or benchmark shows is a right one. */
class ShownUrisTest {

  private static final Path ROOT = Path.of("../..");
  private static final List<String> PLACES =
      List.of("docs", "routes", "samples", "camel-component");

  private static final Pattern URI =
      Pattern.compile("\\bgpu-infer:[A-Za-z0-9_-][A-Za-z0-9._-]*(\\?[^\\s\"`'\\[\\]|<]*)?");

  /** The README is in Markdown. */
  private static final Pattern FENCE = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

  private static final CamelCatalog CATALOG = new DefaultCamelCatalog();

  @BeforeAll
  static void add() throws IOException {
    try (InputStream json =
        GpuInferComponent.class.getResourceAsStream(
            "/META-INF/io/gpuinfer/component/gpu-infer.json")) {
      CATALOG.addComponent(
          "gpu-infer",
          GpuInferComponent.class.getName(),
          new String(json.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("shown")
  void shouldBeRight(String uri) {
    EndpointValidationResult result = CATALOG.validateEndpointProperties(uri);

    assertThat(result.isSuccess()).as(result.summaryErrorMessage(true)).isTrue();
  }

  private static Stream<String> shown() throws IOException {
    TreeSet<String> uris = new TreeSet<>();
    for (Path file : files()) {
      String text = Files.readString(file);
      URI.matcher(text).results().forEach(uri -> uris.add(uri.group().replaceAll("[.,;:+]+$", "")));
      for (String yaml : yaml(file, text)) {
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
          visit(document, uris::add);
        }
      }
    }
    assertThat(uris).hasSizeGreaterThan(10);
    return uris.stream();
  }

  private static List<Path> files() throws IOException {
    List<Path> found = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (String place : PLACES) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(place))) {
        files.filter(ShownUrisTest::shows).forEach(found::add);
      }
    }
    return found;
  }

  private static boolean shows(Path file) {
    String path = file.toString();
    return !path.contains("/target/")
        && (path.endsWith(".adoc")
            || path.endsWith(".yaml")
            || (path.endsWith(".java") && path.contains("/src/main/")));
  }

  private static List<String> yaml(Path file, String text) {
    String path = file.toString();
    if (path.endsWith(".yaml")) {
      return List.of(text);
    }
    return path.endsWith(".md")
        ? FENCE.matcher(text).results().map(fence -> fence.group(1)).toList()
        : DocsPage.blocks(text, "yaml");
  }

  /** Finds URIs whose options stand beside them, under {@code parameters}. */
  private static void visit(Object node, Consumer<String> found) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("uri") instanceof String uri
          && uri.startsWith("gpu-infer:")
          && map.get("parameters") instanceof Map<?, ?> parameters) {
        found.accept(
            parameters.entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining("&", uri + (uri.contains("?") ? "&" : "?"), "")));
      }
      map.values().forEach(value -> visit(value, found));
    } else if (node instanceof List<?> list) {
      list.forEach(element -> visit(element, found));
    }
  }
}
