package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.embedding.Embedding;
import io.gpuinfer.tasks.rerank.RankedText;
import java.io.IOException;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** The converters as Camel finds them: by the generated loader, through its registry. */
class GpuInferJsonConverterTest {

  @Test
  void shouldGiveResultsAsJsonToARouteThatWantsText() throws IOException {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.start();

      assertThat(text(context, new RankedText(1, 0.5, "It rains.")))
          .isEqualTo("{\"index\":1,\"score\":0.5,\"text\":\"It rains.\"}");
      assertThat(text(context, new Embedding("m/1", 2, 3, false, new float[] {0.6f, 0.8f})))
          .isEqualTo(
              "{\"model\":\"m/1\",\"dimensions\":2,\"tokens\":3,\"truncated\":false,"
                  + "\"vector\":[0.6,0.8]}");
      assertThat(text(context, new float[] {1, -0.1f})).isEqualTo("[1.0,-0.1]");
      assertThat(text(context, Tensor.of(new int[] {1, 2}, 2)))
          .isEqualTo("{\"datatype\":\"INT32\",\"shape\":[2],\"data\":[1,2]}");
    }
  }

  private static String text(DefaultCamelContext context, Object result) {
    return context.getTypeConverter().convertTo(String.class, result);
  }
}
