package io.gpuinfer.engine.opencl;

import static io.gpuinfer.engine.opencl.RealModelCheck.agree;
import static io.gpuinfer.engine.opencl.RealModelCheck.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.NarrowedModels;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import io.gpuinfer.engine.testing.SeededWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real models answer what ONNX Runtime answers, on both classes of kernels. */
class ModelAgreementTest {

  @ParameterizedTest
  @EnumSource
  void miniLmAgreesForAllBatchesAndLengths(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.MINI_LM);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      agree(session, oracle, RealModels.texts(1, 7));
      agree(session, oracle, RealModels.texts(3, 16));
      agree(session, oracle, RealModels.texts(8, 33));
      agree(session, oracle, RealModels.texts(kernels == DeviceClass.SIMD ? 8 : 1, 128));
      agree(session, oracle, RealModels.texts(8, 7));
      agree(session, oracle, RealModels.texts(1, 1));
      for (Map<String, Tensor> inputs : List.of(RealModels.sentence(), RealModels.texts(1, 33))) {
        float[] ours = pooled(session.run(inputs).get("last_hidden_state"));
        float[] theirs = pooled(oracle.answer(inputs).get("last_hidden_state"));
        assertThat(cosine(ours, theirs)).isGreaterThan(0.99999);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bgeSmallAgrees(DeviceClass kernels) {
    textModelAgrees(RealModels.BGE_SMALL, kernels);
  }

  @ParameterizedTest
  @EnumSource
  void e5SmallAgrees(DeviceClass kernels) {
    textModelAgrees(RealModels.E5_SMALL, kernels);
  }

  private static void textModelAgrees(String resource, DeviceClass kernels) {
    byte[] model = RealModels.bytes(resource);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      agree(session, oracle, RealModels.sentence());
      agree(session, oracle, RealModels.texts(3, 16));
    }
  }

  @ParameterizedTest
  @EnumSource
  void quantisedBgeSmallAgrees(DeviceClass kernels) {
    quantisedTextModelAgrees(RealModels.BGE_SMALL_QUANTISED, kernels);
  }

  @ParameterizedTest
  @EnumSource
  void quantisedE5SmallAgrees(DeviceClass kernels) {
    quantisedTextModelAgrees(RealModels.E5_SMALL_QUANTISED, kernels);
  }

  /**
   * A quantised model as its authors give it away. What lies between two bytes is rounded either
   * way, depending on the order of a sum, and each later layer makes more of it: words in no order
   * need one such byte in the first layer to end apart in the third digit.
   */
  private static void quantisedTextModelAgrees(String resource, DeviceClass kernels) {
    byte[] model = RealModels.bytes(resource);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      assertThat(likeness(session, oracle, RealModels.sentence())).isGreaterThan(0.9999);
      assertThat(likeness(session, oracle, RealModels.texts(2, 9))).isGreaterThan(0.998);
    }
  }

  /** The cosine of what the two make of texts. */
  private static double likeness(
      InferenceSession session, OnnxRuntimeOracle oracle, Map<String, Tensor> texts) {
    return cosine(
        pooled(session.run(texts).get("last_hidden_state")),
        pooled(oracle.answer(texts).get("last_hidden_state")));
  }

  @ParameterizedTest
  @EnumSource
  void miniLmGivesTheKnownEmbedding(DeviceClass kernels) {
    try (InferenceSession session = load(RealModels.bytes(RealModels.MINI_LM), kernels)) {
      Tensor hidden = session.run(RealModels.sentence()).get("last_hidden_state");

      float[] embedding = pooled(hidden);

      assertThat(embedding).hasSize(384);
      assertThat(embedding[0]).isCloseTo(0.03324158f, within(1e-5f));
      assertThat(embedding[1]).isCloseTo(0.0044060955f, within(1e-5f));
      assertThat(embedding[2]).isCloseTo(-0.006276962f, within(1e-5f));
    }
  }

  @ParameterizedTest
  @EnumSource
  void miniLmOfHalfPrecisionAgrees(DeviceClass kernels) {
    narrowedMiniLmAgrees(NarrowedModels.halves(RealModels.bytes(RealModels.MINI_LM)), kernels);
  }

  @ParameterizedTest
  @EnumSource
  void quantisedMiniLmAgrees(DeviceClass kernels) {
    narrowedMiniLmAgrees(
        NarrowedModels.dynamicallyQuantised(RealModels.bytes(RealModels.MINI_LM)), kernels);
  }

  /** Where elements are rounded differs a little, and with it some of the quantised ones. */
  private static void narrowedMiniLmAgrees(byte[] model, DeviceClass kernels) {
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      for (Map<String, Tensor> inputs : List.of(RealModels.sentence(), RealModels.texts(2, 33))) {
        Tensor ours = session.run(inputs).get("last_hidden_state");
        Tensor theirs = oracle.answer(inputs).get("last_hidden_state");

        assertThat(ours.type()).isEqualTo(theirs.type());
        assertThat(cosine(pooled(ours), pooled(theirs))).isGreaterThan(0.9999);
      }
      assertThat(session.describe().deviceShare()).isEqualTo(1.0);
    }
  }

  /** The mean over an unpadded text, of length 1. */
  private static float[] pooled(Tensor hidden) {
    int width = (int) hidden.dim(2);
    float[] sums = new float[width];
    for (int i = 0; i < hidden.size(); i++) {
      sums[i % width] += (float) hidden.doubleAt(i);
    }
    double norm = Math.sqrt(dot(sums, sums));
    for (int i = 0; i < width; i++) {
      sums[i] /= (float) norm;
    }
    return sums;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static double cosine(float[] a, float[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  @ParameterizedTest
  @EnumSource
  void textDetectionAgrees(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.DETECTION);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      agree(session, oracle, Map.of("x", RealModels.picture(1, 64, 96)));
      agree(session, oracle, Map.of("x", RealModels.picture(1, 160, 128)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void textRecognitionAgrees(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.RECOGNITION);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      agree(session, oracle, Map.of("x", RealModels.picture(1, 48, 160)));
      agree(session, oracle, Map.of("x", RealModels.picture(3, 48, 160)));
      agree(session, oracle, Map.of("x", RealModels.picture(1, 48, 320)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void textDirectionAgrees(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.DIRECTION);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      agree(session, oracle, Map.of("x", RealModels.picture(1, 48, 192)));
      agree(session, oracle, Map.of("x", RealModels.picture(2, 48, 192)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void squeezeNetAgrees(DeviceClass kernels) {
    lightModelAgrees("squeezenet", kernels);
  }

  @ParameterizedTest
  @EnumSource
  void resNet50Agrees(DeviceClass kernels) {
    lightModelAgrees("resnet50", kernels);
  }

  private static void lightModelAgrees(String name, DeviceClass kernels) {
    Optional<byte[]> graph = RealModels.light(name);
    assumeTrue(
        graph.isPresent(),
        "The graph of " + name + " is not here; name its folder by -Dmodels.light");
    byte[] model = SeededWeights.fill(graph.get(), 1);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      String input = session.inputs().get(0).name();
      agree(session, oracle, Map.of(input, new RandomTensors(5).normal(1, 3, 224, 224)));
    }
  }
}
