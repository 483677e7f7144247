package io.gpuinfer.component;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.serving.version.Servable;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;

/**
 * One version of a model on its device.
 *
 * @param version the version that was found
 * @param task does it
 */
record LoadedVersion(String version, Task task) implements Servable {

  /**
   * Refuses a request before anything is spent on it. It needs all models of the task, so the first
   * of them that has no room for it, or whose device is offline, refuses it.
   *
   * @throws GpuInferException as the models' servers would later
   */
  void requireRoom(TaskCall call) {
    task.servers().forEach(server -> server.requireRoom(call.priority(), call.deadlineNanos()));
  }

  @Override
  public void close() {
    task.close();
  }
}
