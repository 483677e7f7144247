package io.gpuinfer.component;

import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.device.InstanceStatus.Phase;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Whether the devices of a component still answer, which is liveness: a call that hangs in a driver
 * ends with the process only. Down while such a call has taken an instance of a model with it. A
 * device that reports errors does answer, and is set up anew.
 */
final class DeviceHealthCheck extends AbstractHealthCheck {

  private final Supplier<List<InstanceStatus>> instances;

  /**
   * @param component its name
   * @param instances of all models of the component
   */
  DeviceHealthCheck(String component, Supplier<List<InstanceStatus>> instances) {
    super("camel", component + "-devices");
    this.instances = instances;
  }

  @Override
  public boolean isReadiness() {
    return false;
  }

  @Override
  public boolean isLiveness() {
    return true;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<InstanceStatus> all = instances.get();
    List<InstanceStatus> stuck = all.stream().filter(DeviceHealthCheck::isStuck).toList();
    builder.detail("instances", all.size());
    builder.detail("working", all.stream().filter(DeviceHealthCheck::isWorking).count());
    builder.detail("hungCalls", all.stream().mapToInt(InstanceStatus::hungCalls).sum());
    if (stuck.isEmpty()) {
      builder.up();
    } else {
      builder.down();
      builder.message(
          "%s does not answer: %s"
              .formatted(stuck.get(0).device().name(), stuck.get(0).lastError()));
    }
  }

  private static boolean isStuck(InstanceStatus instance) {
    return instance.hungCalls() > 0 && !isWorking(instance);
  }

  private static boolean isWorking(InstanceStatus instance) {
    return instance.phase() == Phase.IDLE || instance.phase() == Phase.BUSY;
  }
}
