package io.gpuinfer.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.Tensor;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MiniLmTest {

  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "2, false"})
  void shouldEmbedAKnownSentenceAsPublished(int threads, boolean fusion) {
    LoadOptions options = LoadOptions.builder().threads(threads).fusion(fusion).build();

    try (InferenceSession session = new OnnxRuntimeEngine().load(MiniLm.SOURCE, options)) {
      Map<String, Tensor> outputs = session.run(MiniLm.inputs(MiniLm.SENTENCE));

      float[] embedding = normalised(meanOfTokens(outputs.get("last_hidden_state")));
      assertThat(embedding).hasSize(384);
      assertThat(embedding[0]).isCloseTo(0.03324158f, within(1e-5f));
      assertThat(embedding[1]).isCloseTo(0.0044060955f, within(1e-5f));
      assertThat(embedding[2]).isCloseTo(-0.006276962f, within(1e-5f));
    }
  }

  private static float[] meanOfTokens(Tensor hidden) {
    int tokens = (int) hidden.dim(1);
    int width = (int) hidden.dim(2);
    float[] mean = new float[width];
    for (int i = 0; i < tokens * width; i++) {
      mean[i % width] += hidden.floats().get(i) / tokens;
    }
    return mean;
  }

  private static float[] normalised(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += value * value;
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < vector.length; i++) {
      unit[i] = (float) (vector[i] / Math.sqrt(squares));
    }
    return unit;
  }
}
