package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RandomTensors;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A driver that does not run all workers at the same time, as a device with more compute units than
 * it has threads would.
 */
class UnmetWorkersTest {

  private static final Agreement CLOSE = new Agreement(1e-4, 1e-4);

  @Test
  @Timeout(60)
  void othersDoTheWorkOfThoseThatHaveNotBegun() {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 48);
    RandomTensors random = new RandomTensors(8);
    for (int i = 0; i < 4; i++) {
      x = model.node("MatMul", x, model.constant(random.uniform(-0.2f, 0.2f, 48, 48))).value();
      x = model.node("Softmax", x).value();
    }
    model.output(x, DataType.FLOAT32);
    DeviceInfo real = Devices.find().infos().get(0);
    DeviceInfo boastful =
        new DeviceInfo(
            real.index(),
            real.name(),
            real.kind(),
            real.memoryBytes(),
            real.maxAllocationBytes(),
            4 * real.computeUnits(),
            real.driver());
    LoadOptions options = LoadOptions.builder().deviceClass(DeviceClass.SIMD).build();
    try (OpenClSession session = Sessions.of(OnnxReader.read(model.source()), boastful, options);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model.bytes())) {
      for (int rows : new int[] {100, 7, 300}) {
        Map<String, Tensor> inputs = Map.of("x", random.normal(rows, 48));

        assertThat(CLOSE.differences(oracle.answer(inputs), session.run(inputs, RunOptions.NONE)))
            .isEmpty();
        assertThat(session.describe().deviceShare()).isEqualTo(1.0);
      }
    }
  }
}
