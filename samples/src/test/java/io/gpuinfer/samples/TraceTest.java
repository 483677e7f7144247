package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class TraceTest extends ApplicationTest {

  @Autowired InMemorySpanExporter spans;

  @Test
  void holdsTheSpanOfTheModelBelowTheRequests() {
    // The first text may have to wait for the corpus, which the same model indexes.
    answerToText();
    spans.reset();

    JsonNode answer = answerToText();

    SpanData request = await().until(() -> find("requests-json"), Objects::nonNull);
    List<SpanData> trace =
        spans.getFinishedSpanItems().stream()
            .filter(span -> span.getTraceId().equals(request.getTraceId()))
            .toList();
    SpanData model = only(trace, "embeddings minilm");
    assertThat(text(model, "gen_ai.request.model")).isEqualTo("minilm");
    assertThat(text(model, "gpu_infer.device.name")).isEqualTo(answer.get("device").asText());
    assertThat(text(model, "gpu_infer.model.version")).isEqualTo("1");
    assertThat(text(model, "gpu_infer.batch.size")).isEqualTo("1");
    assertThat(Double.parseDouble(text(model, "gpu_infer.compute.millis")))
        .isEqualTo(answer.get("computeMillis").asDouble());
    assertThat(topmost(model, trace)).isEqualTo(request);
  }

  /** The span that began with the request: the one of that route without another above it. */
  private SpanData find(String route) {
    return spans.getFinishedSpanItems().stream()
        .filter(span -> !span.getParentSpanContext().isValid())
        .filter(span -> route.equals(text(span, "url.path")))
        .findFirst()
        .orElse(null);
  }

  private static SpanData topmost(SpanData span, List<SpanData> trace) {
    return trace.stream()
        .filter(above -> above.getSpanId().equals(span.getParentSpanId()))
        .findFirst()
        .map(above -> topmost(above, trace))
        .orElse(span);
  }

  private static SpanData only(List<SpanData> spans, String name) {
    List<SpanData> found = spans.stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(found).as("spans " + name + " in " + spans).hasSize(1);
    return found.get(0);
  }

  private static String text(SpanData span, String attribute) {
    return span.getAttributes().get(AttributeKey.stringKey(attribute));
  }
}
