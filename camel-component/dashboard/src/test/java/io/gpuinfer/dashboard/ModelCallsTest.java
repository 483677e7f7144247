package io.gpuinfer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.component.CallReport;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.TaskResult;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCallsTest {

  private final ModelCalls calls = new ModelCalls();

  @Test
  void shouldChangeNothingThatItHasTold() {
    ModelCalls.Interval idle = calls.drain();
    calls.add(answered());
    ModelCalls.Interval busy = calls.drain();
    calls.add(answered());

    assertThat(idle.micros().getTotalCount()).isZero();
    assertThat(busy.micros().getTotalCount()).isEqualTo(1);
    assertThat(busy.sums().done()).isEqualTo(1);
    assertThat(calls.drain().total().done()).isEqualTo(2);
  }

  private static CallReport answered() {
    DeviceInfo device = new DeviceInfo(0, "device", DeviceKind.GPU, 1, 1, 1, "driver");
    Execution execution = new Execution(device, 1, 1, 0, 0, 0, 1, 0, 0, 1000, 0);
    TaskResult result =
        new TaskResult("answer", "1", 1, 0, 1000, execution, ServerState.STABLE, Map.of());
    return new CallReport("m", result, null, 5000, false);
  }
}
