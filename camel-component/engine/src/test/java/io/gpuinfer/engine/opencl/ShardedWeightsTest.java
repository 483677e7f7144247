package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights that one buffer of the device does not hold. */
class ShardedWeightsTest {

  private static final Agreement CLOSE = new Agreement(1e-3, 1e-3);
  private static final long MIB = 1 << 20;

  /** A session on a device whose buffers are that small. */
  private static InferenceSession load(byte[] model, DeviceClass kernels, long largestBuffer) {
    DeviceInfo real = Devices.find().infos().get(0);
    DeviceInfo small =
        new DeviceInfo(
            real.index(),
            real.name(),
            real.kind(),
            real.memoryBytes(),
            largestBuffer,
            real.computeUnits(),
            real.driver());
    OpenClSession session =
        Sessions.of(
            OnnxReader.read(ModelSource.of("model.onnx", model)),
            small,
            LoadOptions.builder().deviceClass(kernels).build());
    session.warmUp(Map.of());
    return session;
  }

  /** Its table of words alone has 45 MiB, all weights 87 MiB. */
  @ParameterizedTest
  @EnumSource
  void miniLmAgreesOverTwoShards(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.MINI_LM);
    try (InferenceSession session = load(model, kernels, 48 * MIB);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      int compiles = session.describe().compiles();
      for (Map<String, Tensor> inputs : List.of(RealModels.sentence(), RealModels.texts(2, 9))) {
        assertThat(CLOSE.differences(oracle.answer(inputs), session.run(inputs))).isEmpty();
      }
      assertThat(session.describe().compiles()).isEqualTo(compiles);
    }
  }

  /** Products and a table, two of which fill a buffer. */
  private static ModelBuilder products(int layers) {
    RandomTensors random = new RandomTensors(1);
    ModelBuilder model = new ModelBuilder(13);
    String ids = model.input("ids", DataType.INT64, ModelBuilder.OPEN);
    String x = model.node("Gather", model.constant(random.normal(300, 300)), ids).value();
    for (int i = 0; i < layers; i++) {
      String weights = model.constant(random.uniform(-0.1f, 0.1f, 300, 300));
      x = model.node("Relu", model.node("MatMul", x, weights).value()).value();
      x = model.node("Add", x, model.constant(random.normal(300))).value();
    }
    model.output(x, DataType.FLOAT32);
    return model;
  }

  @ParameterizedTest
  @EnumSource
  void allFourShardsAreRead(DeviceClass kernels) {
    byte[] model = products(6).bytes();
    try (InferenceSession session = load(model, kernels, MIB);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      Map<String, Tensor> inputs = Map.of("ids", new RandomTensors(2).integers(0, 300, 7));

      assertThat(CLOSE.differences(oracle.answer(inputs), session.run(inputs))).isEmpty();
      assertThat(session.describe().weightBytes()).isBetween(5 * MIB / 2, 4 * MIB);
    }
  }

  @ParameterizedTest
  @EnumSource
  void moreThanFourShardsAreRefusedWithNumbers(DeviceClass kernels) {
    byte[] model = products(12).bytes();

    assertThatThrownBy(() -> load(model, kernels, MIB).close())
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("4 buffers of")
        .hasMessageContaining("MiB");
  }
}
