package io.gpuinfer.component;

import io.gpuinfer.serving.version.Servable;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskType;

/**
 * One version of a model on its device.
 *
 * @param version the version that was found
 * @param type what it does with a body; never {@link TaskType#AUTO}
 * @param task does it
 */
record LoadedVersion(String version, TaskType type, Task task) implements Servable {

  @Override
  public void close() {
    task.close();
  }
}
