package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The catalog entry, and the URIs that the reference shows, by Camel's own validation. */
class CatalogTest {

  private static final Pattern URI =
      Pattern.compile("gpu-infer:[A-Za-z0-9_-]+(\\?[^\\s\"`\\[\\]]*)?");

  private static final CamelCatalog CATALOG = new DefaultCamelCatalog();

  @BeforeAll
  static void add() throws IOException {
    CATALOG.addComponent("gpu-infer", GpuInferComponent.class.getName(), json());
  }

  @Test
  void shouldDescribeAnAsynchronousProducer() throws IOException {
    assertThat(json()).contains("\"async\": true", "\"producerOnly\": true", "\"label\": \"ai\"");
  }

  @ParameterizedTest
  @MethodSource("urisOfTheReference")
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

  private static List<String> urisOfTheReference() throws IOException {
    Path docs = Path.of("../../docs");
    String reference =
        Files.readString(docs.resolve("endpoint.md"))
            + Files.readString(docs.resolve("versions.md"));
    Matcher uris = URI.matcher(reference);
    List<String> found = Stream.iterate(uris, Matcher::find, m -> m).map(Matcher::group).toList();
    assertThat(found).isNotEmpty();
    return found;
  }

  private static String json() throws IOException {
    try (InputStream json =
        GpuInferComponent.class.getResourceAsStream(
            "/META-INF/io/gpuinfer/component/gpu-infer.json")) {
      return new String(json.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
