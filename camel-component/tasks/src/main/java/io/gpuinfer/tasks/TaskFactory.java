package io.gpuinfer.tasks;

import io.gpuinfer.serving.DevicePolicy;
import io.gpuinfer.serving.ModelEntry;
import java.util.concurrent.Executor;

/** Loads the models of a task and puts it together. */
public final class TaskFactory {

  public TaskFactory(DevicePolicy devices) {}

  /**
   * Loads what the task needs on one device.
   *
   * @param type {@link TaskType#AUTO} takes the entry's own
   * @param completions runs everything but the device's work: decoding, tokenizing, completing
   * @throws io.gpuinfer.engine.ModelLoadException when a file is missing or no valid model
   * @throws io.gpuinfer.engine.DeviceOfflineException when there is no such device
   */
  public Task create(
      TaskType type, ModelEntry entry, ServingOptions options, Executor completions) {
    throw new UnsupportedOperationException();
  }
}
