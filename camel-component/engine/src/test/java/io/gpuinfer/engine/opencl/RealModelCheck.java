package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import java.util.Map;

/** Runs a real model on one class of kernels and holds it against ONNX Runtime. */
final class RealModelCheck {

  private static final Agreement CLOSE = new Agreement(1e-3, 1e-3);

  private RealModelCheck() {}

  static InferenceSession load(byte[] model, DeviceClass kernels) {
    return new OpenClEngine()
        .load(
            ModelSource.of("model.onnx", model),
            LoadOptions.builder().deviceClass(kernels).build());
  }

  /**
   * Compares one request, which must not need another program.
   *
   * @return the engine's answers
   */
  static Map<String, Tensor> agree(
      InferenceSession session, OnnxRuntimeOracle oracle, Map<String, Tensor> inputs) {
    int compiles = session.describe().compiles();

    Map<String, Tensor> answers = session.run(inputs);

    assertThat(CLOSE.differences(oracle.answer(inputs), answers)).isEmpty();
    assertThat(session.describe().compiles()).isEqualTo(compiles);
    assertThat(session.describe().deviceShare()).isEqualTo(1.0);
    return answers;
  }
}
