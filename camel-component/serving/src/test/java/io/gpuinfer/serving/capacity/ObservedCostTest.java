package io.gpuinfer.serving.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ServerStatistics.BatchTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservedCostTest {

  @Test
  void shouldTakeAKindFromEachShapeThatTheSessionIsPreparedFor() {
    ModelCost cost = observed(plan(1, 16, 10), plan(8, 16, 80), plan(4, 32, 100)).cost(8).get();

    assertThat(cost.kinds())
        .containsExactlyInAnyOrder(
            new ItemKind("ids 16", 1, 10, 5, 20), new ItemKind("ids 32", 1, 25, 5, 50));
    assertThat(cost.nanosPerBatch()).isEqualTo(7);
    assertThat(cost.memoryBytes()).isEqualTo(1000 + 8 * 3);
  }

  @Test
  void shouldKnowNothingWithoutBatchesOrCountedWork() {
    SessionDescription session = session(plan(1, 16, 10));

    assertThat(new ObservedCost(session, new BatchTime(0, 0, 0)).cost(8)).isEmpty();
    assertThat(observed().cost(8)).isEmpty();
    assertThat(observed(plan(1, 16, 0)).cost(8)).isEmpty();
  }

  private static ObservedCost observed(PlanDescription... plans) {
    return new ObservedCost(session(plans), new BatchTime(2, 7, 50));
  }

  private static PlanDescription plan(long items, long length, long flops) {
    Map<String, List<Long>> inputs = Map.of("ids", List.of(items, length));
    return new PlanDescription(inputs, 1, flops, 5 * items, 1000, 3 * items);
  }

  private static SessionDescription session(PlanDescription... plans) {
    DeviceInfo device = new DeviceInfo(0, "device", DeviceKind.GPU, 1 << 30, 1 << 30, 1, "none");
    return new SessionDescription(
        "m", "opencl", device, List.of(), List.of(), 1000, 3, 1, 1, 1, 1, 1, 0, List.of(plans));
  }
}
