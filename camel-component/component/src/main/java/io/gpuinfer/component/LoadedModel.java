package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.version.Lease;
import io.gpuinfer.serving.version.VersionedModel;
import io.gpuinfer.tasks.TaskType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model that endpoints use, whichever version of it serves them.
 *
 * @param key what was asked for
 * @param versions the version that serves, and how to change it
 * @param inputs keeps the inputs of its versions the same
 * @param drill makes the device of this model fail on purpose
 * @param admission bounds the requests under way
 */
record LoadedModel(
    ModelKey key,
    VersionedModel<LoadedVersion> versions,
    SameInputs inputs,
    FaultDrill drill,
    Admission admission) {

  /** The version that serves now; {@code none} after it was unloaded. */
  String version() {
    return served(LoadedVersion::version).orElse("none");
  }

  /** What the version that serves does with a body. */
  TaskType type() {
    return served(version -> version.task().type()).orElse(key.task());
  }

  /**
   * The worst state of the task's servers: a task is as well as its weakest model. Without a
   * version it answers nothing, as if the device were gone.
   */
  ServerState state() {
    return served(LoadedModel::state).orElse(ServerState.OFFLINE);
  }

  /** The device that all of it runs on; empty while no version is loaded. */
  Optional<DeviceInfo> device() {
    return servers().stream().findFirst().map(server -> server.instances().get(0).device());
  }

  /** Requests that wait for the device now. */
  int waiting() {
    return servers().stream().mapToInt(server -> server.counts().waiting()).sum();
  }

  /** The servers of the version that serves now. */
  List<ModelServer> servers() {
    return served(version -> version.task().servers()).orElse(List.of());
  }

  /**
   * How it is now, for others.
   *
   * @param endpoints URIs of those who use it
   */
  ServedModel served(String id, List<String> endpoints) {
    return new ServedModel(
        id,
        key.model(),
        key.device(),
        type(),
        served(version -> version.task().content()),
        state(),
        !key.followsVersions(),
        versions.status(),
        admission.underWay(),
        key.mostUnderWay(),
        key.maxBatchSize(),
        drill.isActive(),
        endpoints,
        servers());
  }

  /** The version that serves now, as its first server knows it; empty while none is loaded. */
  Optional<ModelDescription> description() {
    return served(
        version -> {
          SessionDescription session = version.task().servers().get(0).describe();
          return new ModelDescription(
              key.model(),
              version.version(),
              version.task().type(),
              state(version),
              session.inputs(),
              session.outputs());
        });
  }

  private <T> Optional<T> served(Function<LoadedVersion, T> look) {
    try (Lease<LoadedVersion> lease = versions.tryLease().orElse(null)) {
      return Optional.ofNullable(lease).map(Lease::model).map(look);
    }
  }

  private static ServerState state(LoadedVersion version) {
    return ServerState.worst(version.task().servers().stream().map(ModelServer::state));
  }
}
