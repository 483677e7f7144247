package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.OnnxRuntimeOracle;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests of many shapes find their plans again, and need nothing else that is new. */
class PlanCacheTest {

  private static final OpenClEngine ENGINE = new OpenClEngine();

  private static PlanKey key(long length) {
    return new PlanKey(Map.of("x", List.of(length)), Map.of());
  }

  /** A plan that takes as many bytes. */
  private static Plan plan(int bytes) {
    return new Plan(new int[bytes / 4], 0, List.of(), List.of(), List.of(), 1, 1, 1, 1, 0, 0);
  }

  @Test
  void thePlansThatWereUsedLastAreKept() {
    PlanCache cache = new PlanCache(1000);
    Plan first = plan(400);
    cache.add(key(1), first);
    cache.add(key(2), plan(400));

    assertThat(cache.get(key(1))).isSameAs(first);
    cache.add(key(3), plan(400));

    assertThat(cache.get(key(2))).isNull();
    assertThat(cache.get(key(1))).isSameAs(first);
    assertThat(cache.describe())
        .extracting(plan -> plan.inputs().get("x"))
        .containsExactly(List.of(3L), List.of(1L));
  }

  @Test
  void aLargePlanTakesThePlaceOfSeveral() {
    PlanCache cache = new PlanCache(1000);
    for (int length = 0; length < 5; length++) {
      cache.add(key(length), plan(200));
    }

    cache.add(key(5), plan(600));

    assertThat(cache.describe())
        .extracting(plan -> plan.inputs().get("x"))
        .containsExactly(List.of(3L), List.of(4L), List.of(5L));
  }

  @Test
  void onePlanIsKeptHoweverLarge() {
    PlanCache cache = new PlanCache(1000);
    cache.add(key(1), plan(400));
    cache.add(key(2), plan(5000));
    assertThat(cache.describe()).hasSize(1);
    assertThat(cache.get(key(2))).isNotNull();

    cache.add(key(3), plan(800));
    cache.add(key(4), plan(200));

    assertThat(cache.describe()).hasSize(2);
  }

  @Test
  void aShapeWhosePlanIsGoneIsPlannedAgain() {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.INT64, ModelBuilder.OPEN);
    String length = model.node("Squeeze", model.node("Shape", x).value()).value();
    String count =
        model
            .node(
                "Range",
                model.constant(Tensor.of(new long[1])),
                length,
                model.constant(Tensor.of(new long[] {1})))
            .value();
    model.output(model.node("Add", x, count).value(), DataType.INT64);
    int largest = 1_000_000;
    try (InferenceSession session = ENGINE.load(model.source(), LoadOptions.DEFAULT);
        OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model.bytes())) {
      int compiles = session.describe().compiles();
      for (int i : new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1}) {
        // Each plan has its numbers, four megabytes of them.
        Map<String, Tensor> inputs = Map.of("x", new RandomTensors(i).integers(0, 9, largest - i));
        assertThat(new Agreement(0, 0).differences(oracle.answer(inputs), session.run(inputs)))
            .isEmpty();
      }
      assertThat(session.describe().plans())
          .hasSizeBetween(4, (int) (OpenClSession.PLAN_BYTES / (4L * (largest - 12))));
      assertThat(session.describe().compiles()).isEqualTo(compiles);
    }
  }

  @Test
  void everyBatchOfTextsFindsWhatItNeedsAfterTheWarmUp() {
    ModelSource source = ModelSource.of("minilm", RealModels.bytes(RealModels.MINI_LM));
    RunOptions onlyPrepare = new RunOptions(Long.MAX_VALUE, () -> true);
    try (InferenceSession session = ENGINE.load(source, LoadOptions.DEFAULT)) {
      SessionDescription loaded = session.describe();
      for (int rows = 16; rows > 0; rows--) { // the largest first: buffers grow once
        for (int length = 512; length > 0; length -= 16) {
          Map<String, Tensor> texts = RealModels.texts(rows, length);
          assertThatExceptionOfType(DeadlineExceededException.class)
              .isThrownBy(() -> session.run(texts, onlyPrepare));
        }
      }

      SessionDescription prepared = session.describe();
      assertThat(prepared.compiles()).isEqualTo(1).isEqualTo(loaded.compiles());
      // The table of positions joins the weights as a whole, and no part of it for any length.
      assertThat(prepared.weightBytes() - loaded.weightBytes()).isLessThanOrEqualTo(4L * 512 * 384);
      assertThat(prepared.plans()).extracting(PlanDescription::inputs).doesNotHaveDuplicates();
      assertThat(prepared.plans()).hasSizeGreaterThanOrEqualTo(16 * 32);
    }
  }
}
