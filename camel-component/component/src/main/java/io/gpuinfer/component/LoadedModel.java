package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskType;
import java.util.Comparator;
import java.util.List;

/**
 * A model on its device, ready to answer.
 *
 * @param key what was asked for
 * @param type what it does with a body; never {@link TaskType#AUTO}
 * @param version the version that was found
 * @param task does it
 * @param drill makes the device of this model fail on purpose
 * @param admission bounds the requests under way
 */
record LoadedModel(
    ModelKey key, TaskType type, String version, Task task, FaultDrill drill, Admission admission) {

  /** The worst state of the task's servers: a task is as well as its weakest model. */
  ServerState state() {
    return task.servers().stream()
        .map(ModelServer::state)
        .max(Comparator.comparing(LoadedModel::severity))
        .orElse(ServerState.STABLE);
  }

  /**
   * Refuses a request before anything is spent on it. It needs all models of the task, so the first
   * of them that has no room for it, or whose device is offline, refuses it.
   *
   * @throws GpuInferException as the models' servers would later
   */
  void requireRoom(TaskCall call) {
    servers().forEach(server -> server.requireRoom(call.priority(), call.deadlineNanos()));
  }

  /** The device that all of it runs on. */
  DeviceInfo device() {
    return servers().get(0).instances().get(0).device();
  }

  /** Requests that wait for the device now. */
  int waiting() {
    return servers().stream().mapToInt(server -> server.counts().waiting()).sum();
  }

  List<ModelServer> servers() {
    return task.servers();
  }

  private static int severity(ServerState state) {
    return switch (state) {
      case STABLE -> 0;
      case DEGRADED -> 1;
      case RECOVERING -> 2;
      case OFFLINE -> 3;
    };
  }
}
