package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.SessionDescription;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The same texts on an OpenCL device and on the host. */
@TestInstance(Lifecycle.PER_CLASS)
class OpenClRouteTest extends CamelTestSupport {

  /** Forty texts at once outlast the default of 30 s where a busy machine leaves little time. */
  private static final String PATIENT = "&requestTimeout=5m";

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:device").to("gpu-infer:minilm?device=opencl" + PATIENT);
        from("direct:host").to("gpu-infer:minilm?device=cpu" + PATIENT);
      }
    };
  }

  @Test
  void shouldEmbedATextAsTheModelsAuthorsDo() {
    float[] vector = template.requestBody("direct:device", "A man is eating food.", float[].class);

    assertThat(vector[0]).isCloseTo(0.03324158f, within(1e-4f));
    assertThat(vector[1]).isCloseTo(0.0044060955f, within(1e-4f));
    assertThat(vector[2]).isCloseTo(-0.006276962f, within(1e-4f));
  }

  @Test
  void shouldAnswerManyCallersAtOnceAsTheHostDoes() {
    List<String> texts =
        IntStream.range(0, 40).mapToObj(i -> "This is text " + "and more ".repeat(i)).toList();

    List<CompletableFuture<float[]>> answers =
        texts.stream()
            .map(t -> template.asyncRequestBody("direct:device", t, float[].class))
            .toList();

    List<?> expected = template.requestBody("direct:host", texts, List.class);
    for (int i = 0; i < texts.size(); i++) {
      float[] vector = answers.get(i).join();
      assertThat(cosine(vector, (float[]) expected.get(i))).isGreaterThan(0.99999);
    }
  }

  @Test
  void shouldRunAllOfTheModelOnTheDeviceItNames() {
    Exchange answer =
        template.request("direct:device", e -> e.getMessage().setBody("A man is eating food."));

    LoadedModel model =
        context.getComponent("gpu-infer", GpuInferComponent.class).models().all().stream()
            .filter(m -> m.key().device().equals("opencl"))
            .findFirst()
            .orElseThrow();
    SessionDescription session = model.servers().get(0).describe();
    assertThat(answer.getMessage().getHeader(GpuInferConstants.DEVICE))
        .isEqualTo(session.device().name());
    assertThat(session.deviceShare()).isEqualTo(1.0);
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
    }
    return dot;
  }
}
