package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.device.InstanceStatus.Phase;
import java.util.List;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.State;
import org.junit.jupiter.api.Test;

class DeviceHealthCheckTest {

  private static final DeviceInfo DEVICE =
      new DeviceInfo(0, "a device", DeviceKind.GPU, 1, 1, 1, "a driver");

  @Test
  void shouldBeDownWhileAnInstanceHangsInItsDriver() {
    HealthCheck.Result result = check(instance(Phase.IDLE, 0), instance(Phase.DOWN, 1));

    assertThat(result.getState()).isEqualTo(State.DOWN);
    assertThat(result.getMessage()).hasValue("a device does not answer: no answer within 30 s");
    assertThat(result.getDetails()).containsEntry("working", 1L).containsEntry("hungCalls", 1);
  }

  @Test
  void shouldBeUpOnceTheInstanceWorksOnANewThread() {
    assertThat(check(instance(Phase.BUSY, 1)).getState()).isEqualTo(State.UP);
  }

  @Test
  void shouldBeUpWhileADeviceReportsErrors() {
    assertThat(check(instance(Phase.DOWN, 0)).getState()).isEqualTo(State.UP);
  }

  @Test
  void shouldBeUpWithoutAnyModel() {
    assertThat(check().getState()).isEqualTo(State.UP);
  }

  private static HealthCheck.Result check(InstanceStatus... instances) {
    DeviceHealthCheck check = new DeviceHealthCheck("gpu-infer", () -> List.of(instances));
    check.setEnabled(true);
    return check.call();
  }

  private static InstanceStatus instance(Phase phase, int hungCalls) {
    return new InstanceStatus(0, DEVICE, phase, 3, 1, hungCalls, "no answer within 30 s");
  }
}
