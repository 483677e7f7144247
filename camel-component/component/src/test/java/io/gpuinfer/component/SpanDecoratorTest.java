package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.InvalidInputException;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.testing.junit5.OpenTelemetryExtension;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SpanDecoratorTest {

  @RegisterExtension
  static final OpenTelemetryExtension TELEMETRY = OpenTelemetryExtension.create();

  @TempDir private Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private ProducerTemplate template;

  @BeforeEach
  void start() throws Exception {
    OpenTelemetryTracer tracer = new OpenTelemetryTracer();
    tracer.setCamelContext(context);
    tracer.init(context);
    String tiny = TinyModelFile.in(folder);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:embed").to("gpu-infer:minilm?device=cpu");
            from("direct:tensor").to("gpu-infer:tiny?device=cpu&modelUri=" + tiny);
          }
        });
    context.start();
    template = context.createProducerTemplate();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldTellWhatAnsweredAnEmbedding() {
    template.requestBody("direct:embed", "A man is eating food.");

    SpanData span = span("embeddings minilm");
    assertThat(text(span, "gen_ai.operation.name")).isEqualTo("embeddings");
    assertThat(text(span, "gen_ai.request.model")).isEqualTo("minilm");
    assertThat(text(span, "gpu_infer.model.version")).isEqualTo("1");
    assertThat(text(span, "gpu_infer.device.name")).contains("Host processor");
    assertThat(text(span, "gpu_infer.device.share")).isEqualTo("1.0");
    assertThat(text(span, "gpu_infer.batch.size")).isEqualTo("1");
    assertThat(text(span, "gpu_infer.state")).isIn("STABLE", "DEGRADED");
    assertThat(Double.parseDouble(text(span, "gpu_infer.compute.millis"))).isPositive();
    assertThat(Double.parseDouble(text(span, "gpu_infer.queue.millis"))).isNotNegative();
  }

  @Test
  void shouldNotTellOfAnEarlierAnswerWhenARequestFails() {
    assertThat(
            template
                .request(
                    "direct:tensor",
                    exchange -> {
                      exchange.getMessage().setBody(new float[] {1, 2});
                      exchange.getMessage().setHeaders(Map.of(GpuInferConstants.DEVICE, "earlier"));
                    })
                .getException())
        .isInstanceOf(InvalidInputException.class);

    SpanData span = span("tensor tiny");
    assertThat(text(span, "gpu_infer.device.name")).isNull();
    assertThat(text(span, "error.type")).isEqualTo(InvalidInputException.class.getName());
  }

  private static SpanData span(String name) {
    return TELEMETRY.getSpans().stream()
        .filter(span -> span.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no span " + name + " in " + TELEMETRY.getSpans()));
  }

  private static String text(SpanData span, String attribute) {
    return span.getAttributes().get(AttributeKey.stringKey(attribute));
  }
}
