package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.serving.ServerState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Whether a producer's model can be asked. That is readiness and not liveness: a device that is
 * offline is set up anew by its server. Down while the model is offline or not loaded. Overload is
 * no illness, and neither is a device that comes back.
 */
final class GpuInferHealthCheck extends AbstractHealthCheck {

  private final ModelKey key;
  private final Supplier<Optional<LoadedModel>> model;

  /**
   * @param model the model, while it is loaded
   */
  GpuInferHealthCheck(ModelKey key, Supplier<Optional<LoadedModel>> model, String routeId) {
    super("camel", id(key, routeId));
    this.key = key;
    this.model = model;
  }

  /** A route may send to a model on two devices, so the device is part of it. */
  private static String id(ModelKey key, String routeId) {
    String id = "producer:gpu-infer-%s-%s".formatted(key.model(), key.device());
    return routeId == null ? id : id + "-" + routeId;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    builder.detail("model", key.model());
    Optional<LoadedModel> loaded = model.get();
    if (loaded.isPresent()) {
      tell(loaded.get(), builder);
    } else {
      builder.down();
      builder.message("The model is not loaded: " + key.model());
    }
  }

  private static void tell(LoadedModel model, HealthCheckResultBuilder builder) {
    ModelFigures figures = ModelFigures.of(model);
    builder.detail("modelVersion", model.version());
    String device = model.device().map(DeviceInfo::toString).orElse("none");
    builder.detail("device", device);
    builder.detail("state", figures.state().name());
    builder.detail("queue", figures.waiting());
    figures.since().ifPresent(since -> builder.detail("since", since.toString()));
    figures
        .lastError()
        .ifPresent(
            error -> {
              builder.detail("lastError", error.message());
              builder.detail("lastErrorAt", Instant.ofEpochMilli(error.epochMillis()).toString());
            });
    if (figures.state() == ServerState.OFFLINE) {
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
