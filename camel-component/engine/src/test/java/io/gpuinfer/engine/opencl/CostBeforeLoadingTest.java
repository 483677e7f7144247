package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RealModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is said of a model before it is loaded is what a run of it takes. */
class CostBeforeLoadingTest {

  private static final Map<String, long[]> ONE_TEXT =
      Map.of(
          "input_ids", new long[] {1, 8},
          "attention_mask", new long[] {1, 8},
          "token_type_ids", new long[] {1, 8});

  private final OpenClEngine engine = new OpenClEngine();

  @Test
  void shouldTellWhatASessionTakes() {
    assumeFalse(engine.devices().isEmpty(), "no OpenCL device");
    ModelSource model = ModelSource.of("minilm", RealModels.bytes(RealModels.MINI_LM));
    LoadOptions options = LoadOptions.builder().warmupShapes(ONE_TEXT).build();

    PlanDescription told = engine.plan(model, options).orElseThrow();

    assertThat(engine.modelCount()).isZero();
    assertThat(told.inputs()).containsEntry("input_ids", List.of(1L, 8L));
    try (InferenceSession session = engine.load(model, options)) {
      SessionDescription taken = session.describe();
      assertThat(told.flops()).isEqualTo(taken.flops());
      assertThat(told.bytes()).isEqualTo(taken.bytes());
      assertThat(told.passes()).isEqualTo(taken.passes());
      assertThat(told.arenaBytes()).isEqualTo(taken.arenaBytes());
      assertThat(told.weightBytes()).isEqualTo(taken.weightBytes());
    }
  }

  @Test
  void shouldRefuseWhatTheDeviceWouldNotRun() {
    assumeFalse(engine.devices().isEmpty(), "no OpenCL device");
    ModelBuilder model = new ModelBuilder(13);
    String odd = model.node("org.example.Odd", model.input("x", DataType.FLOAT32, 2)).value();
    model.output(odd, DataType.FLOAT32);

    assertThatThrownBy(() -> engine.plan(model.source(), LoadOptions.DEFAULT))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("org.example.Odd-1");
    assertThat(engine.modelCount()).isZero();
  }
}
