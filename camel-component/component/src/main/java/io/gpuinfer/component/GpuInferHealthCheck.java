package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.serving.ServerState;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Down while the device of a producer's model is offline. Overload is no illness. */
final class GpuInferHealthCheck extends AbstractHealthCheck {

  private final LoadedModel model;

  GpuInferHealthCheck(LoadedModel model, String routeId) {
    super("camel", id(model.key(), routeId));
    this.model = model;
  }

  /** A route may send to a model on two devices, so the device is part of it. */
  private static String id(ModelKey key, String routeId) {
    String id = "producer:gpu-infer-%s-%s".formatted(key.model(), key.device());
    return routeId == null ? id : id + "-" + routeId;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    ServerState state = model.state();
    builder.detail("model", model.key().model());
    builder.detail("modelVersion", model.version());
    String device = model.device().map(DeviceInfo::toString).orElse("none");
    builder.detail("device", device);
    builder.detail("state", state.name());
    if (state == ServerState.OFFLINE) {
      builder.down();
      builder.message(
          model.versions().status().served() == null
              ? "No version of the model is loaded"
              : "The device is offline: " + device);
    } else {
      builder.up();
    }
  }
}
