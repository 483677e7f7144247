package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What sessions hold of a device's memory is bounded and comes back. */
class DeviceMemoryTest {

  private static final long MIB = 1 << 20;

  /** Room for one of the models, but not for two. */
  private static final long ROOM = 12 * MIB;

  private static ModelSource model() {
    return model(1);
  }

  /** A product with 4 MiB of weights of its own. */
  private static ModelSource model(int seed) {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 1024);
    String weights = model.constant(new RandomTensors(seed).normal(1024, 1024));
    model.output(model.node("MatMul", x, weights).value(), DataType.FLOAT32);
    return model.source();
  }

  @Test
  void whatASessionHeldComesBackWhenItCloses() {
    OpenClEngine engine = new OpenClEngine(ROOM);
    for (int i = 0; i < 30; i++) {
      try (InferenceSession session = engine.load(model(), LoadOptions.DEFAULT)) {
        assertThat(session.describe().weightBytes()).isGreaterThan(4 * MIB);
      }
    }
  }

  @Test
  void aSecondModelThatDoesNotFitIsRefusedAndTheFirstStays() {
    OpenClEngine engine = new OpenClEngine(ROOM);
    Map<String, Tensor> inputs = Map.of("x", new RandomTensors(2).normal(2, 1024));
    try (InferenceSession first = engine.load(model(), LoadOptions.DEFAULT)) {
      Map<String, Tensor> before = first.run(inputs);

      assertThatThrownBy(() -> engine.load(model(2), LoadOptions.DEFAULT))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("12 MiB")
          .hasMessageContaining(engine.devices().get(0).name())
          .hasMessageMatching("(?s).*needs \\d+ MiB.*hold \\d+ MiB.*");

      assertThat(first.run(inputs)).isEqualTo(before);
    }
    try (InferenceSession second = engine.load(model(2), LoadOptions.DEFAULT)) {
      assertThat(second.describe().compiles()).isPositive();
    }
  }

  @Test
  void aModelThatIsTooLargeAloneIsRefused() {
    OpenClEngine engine = new OpenClEngine(3 * MIB);

    assertThatThrownBy(() -> engine.load(model(), LoadOptions.DEFAULT))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("3 MiB");
  }

  @Test
  void aRequestThatNeedsTooMuchIsRefusedAndASmallerOneAnswered() {
    OpenClEngine engine = new OpenClEngine(ROOM);
    Map<String, Tensor> inputs = Map.of("x", new RandomTensors(2).normal(2, 1024));
    try (InferenceSession session = engine.load(model(), LoadOptions.DEFAULT)) {
      Map<String, Tensor> before = session.run(inputs);
      Map<String, Tensor> many = Map.of("x", new RandomTensors(3).normal(2000, 1024));

      assertThatThrownBy(() -> session.run(many)).isInstanceOf(ModelLoadException.class);

      assertThat(session.run(inputs)).isEqualTo(before);
    }
  }
}
