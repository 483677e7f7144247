package io.gpuinfer.serving.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityPlannerTest {

  private static final double MILLI = 1e6;
  private static final long MEMORY = 1000;

  private final CapacityPlanner planner = new CapacityPlanner(MEMORY, 0.8, 1);

  /** Peak: 16 items in 4 + 16·1 ms, 800 in a second. */
  private final ModelCost model = model(100, 10, 16);

  @Test
  void shouldSumModelComplexityTimesDatasetTimesConcurrency() {
    Demand one = new Demand(model, 1000, 4, 0);
    Demand other = new Demand(model, 50, 1, 10);

    assertThat(plan(null, one, other).totalFlops()).isEqualTo(7.0 * (4000 + 50));
  }

  @Test
  void shouldNeedDevicesForTheRateWithHeadRoom() {
    CapacityPlan plan = plan(null, Demand.openLoop(model, 1650));

    assertThat(plan.load()).isCloseTo(1650 / 800.0, withinPercentage(0.001));
    assertThat(plan.devices()).isEqualTo(3); // 2.06 / 0.8 = 2.58
    assertThat(plan.bound()).isEqualTo(Bound.COMPUTE);
    assertThat(plan.needed().devices()).isEqualTo(3);
    assertThat(plan.needed().models().get(0).itemsPerSecond()).isCloseTo(1650, withinPercentage(2));
  }

  @Test
  void shouldSayThatOneDeviceDoesNotKeepUp() {
    CapacityPlan plan = plan(null, Demand.openLoop(model, 1650));

    assertThat(plan.onOne().isStable()).isFalse();
    assertThat(plan.onOne().utilisation()).isEqualTo(1);
    assertThat(plan.onOne().models().get(0).itemsPerSecond())
        .isCloseTo(800, withinPercentage(0.001));
    assertThat(plan.needed().isStable()).isTrue();
  }

  @Test
  void shouldAddTheLoadsOfSeveralModels() {
    ModelCost small = model(100, 1, 16);

    CapacityPlan plan = plan(null, Demand.openLoop(model, 500), Demand.openLoop(small, 500));

    assertThat(plan.load()).isCloseTo(2 * 500 / 800.0, withinPercentage(0.001));
    assertThat(plan.devices()).isEqualTo(2);
    assertThat(plan.memoryBytes()).isEqualTo(100 + 160 + 100 + 16);
  }

  @Test
  void shouldNeedMoreDevicesForTheDeadlineThanForTheRate() {
    ModelCost single = ModelCost.uniform("single", MILLI, 0, 1);
    Demand demand = Demand.openLoop(single, 790);

    CapacityPlan plan = plan(Duration.ofMillis(2), demand);

    assertThat(plan(null, demand).devices()).isEqualTo(1);
    assertThat(plan.devices()).isGreaterThan(1);
    assertThat(plan.bound()).isEqualTo(Bound.DEADLINE);
    assertThat(plan.needed().meets(Duration.ofMillis(2))).isTrue();
    Workload workload = new Workload(List.of(demand), Optional.empty());
    assertThat(planner.forecast(workload, plan.devices() - 1).meets(Duration.ofMillis(2)))
        .isFalse();
  }

  @Test
  void shouldFindNoDevicesForADeadlineShorterThanOneBatch() {
    CapacityPlan plan = plan(Duration.ofMillis(4), Demand.openLoop(model, 10));

    assertThat(plan.devices()).isZero();
    assertThat(plan.bound()).isEqualTo(Bound.DEADLINE);
  }

  @Test
  void shouldMakeBatchesAsSmallAsTheMemoryWants() {
    CapacityPlan plan = plan(null, Demand.openLoop(model(500, 100, 16), 100));

    assertThat(plan.costs().get(0).maxBatchSize()).isEqualTo(4);
    assertThat(plan.memoryBytes()).isEqualTo(900);
    assertThat(plan.bound()).isEqualTo(Bound.MEMORY);
    assertThat(plan.devices()).isEqualTo(1);
  }

  @Test
  void shouldFindNoDevicesForAModelThatFitsNone() {
    CapacityPlan plan = plan(null, Demand.openLoop(model(1000, 1, 1), 10));

    assertThat(plan.devices()).isZero();
    assertThat(plan.bound()).isEqualTo(Bound.MEMORY);
  }

  @Test
  void shouldSayThatSmallBatchesDecide() {
    CapacityPlan plan = plan(Duration.ofSeconds(1), Demand.closedLoop(model, 1));

    assertThat(plan.devices()).isEqualTo(1);
    assertThat(plan.bound()).isEqualTo(Bound.BATCH_OVERHEAD);
    assertThat(plan.onOne().overheadShare()).isCloseTo(0.8, withinPercentage(1));
  }

  @Test
  void shouldShareADatasetOutOverDevicesAsFarAsCallersGo() {
    CapacityPlan backlog = plan(null, new Demand(model, 8000, 2, 100));
    CapacityPlan lone = plan(null, new Demand(model, 1000, 1, 0));

    assertThat(backlog.datasets())
        .containsExactly(
            new CapacityPlan.DatasetTime(1, Duration.ofSeconds(20)),
            new CapacityPlan.DatasetTime(2, Duration.ofSeconds(10)),
            new CapacityPlan.DatasetTime(4, Duration.ofSeconds(5)));
    assertThat(lone.datasets())
        .allSatisfy(
            dataset ->
                assertThat((double) dataset.time().toNanos())
                    .isCloseTo(5e9, withinPercentage(0.1)));
  }

  @Test
  void shouldTakeTheLongerOfComputingAndMovingForAnotherDevice() {
    Roofline here = new Roofline(1e9, 1e9);
    ModelCost cost = model(0, 0, 16); // 7 FLOPs and 2 bytes in 1 ms

    ModelCost computes = here.scale(cost, new Roofline(1e10, 1e10));
    ModelCost moves = here.scale(cost, new Roofline(1e12, 1e9));

    assertThat(computes.nanosPerItem()).isCloseTo(MILLI / 10, withinPercentage(0.001));
    assertThat(moves.nanosPerItem()).isCloseTo(MILLI * 2 / 7, withinPercentage(0.001));
    assertThat(moves.nanosPerBatch()).isEqualTo(4 * MILLI);
  }

  @Test
  void shouldExpectOfABatchWhatBatchesOfItsLengthDo() {
    Scatter scatter =
        new Scatter(
            List.of(
                new Scatter.Level(MILLI, List.of(1.0, 3.0)),
                new Scatter.Level(100 * MILLI, List.of(1.0, 1.2))));

    assertThat(scatter.at(MILLI / 5).mean()).isEqualTo(2);
    assertThat(scatter.at(9 * MILLI).mean()).isEqualTo(2);
    assertThat(scatter.at(11 * MILLI).mean()).isEqualTo(1.1);
  }

  private CapacityPlan plan(Duration deadline, Demand... demands) {
    return planner.plan(new Workload(List.of(demands), Optional.ofNullable(deadline)));
  }

  private static ModelCost model(long weights, long working, int maxBatchSize) {
    return new ModelCost(
        "model",
        List.of(new ItemKind("item", 1, 7, 2, MILLI)),
        4 * MILLI,
        Scatter.NONE,
        weights,
        working,
        maxBatchSize,
        1);
  }
}
