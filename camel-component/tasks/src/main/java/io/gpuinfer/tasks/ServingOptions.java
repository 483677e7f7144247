package io.gpuinfer.tasks;

import io.gpuinfer.engine.FaultDrill;

/**
 * How the models of a task are served.
 *
 * @param device the wish that {@code DevicePolicy} understands
 * @param queueCapacity requests that may wait
 * @param maxBatchSize items that may share one run
 * @param warmup whether to run the models once before the task is ready
 * @param drill makes the device fail on purpose while it is active
 */
public record ServingOptions(
    String device, int queueCapacity, int maxBatchSize, boolean warmup, FaultDrill drill) {

  public ServingOptions {
    if (queueCapacity < 1 || maxBatchSize < 1) {
      throw new IllegalArgumentException("Queue capacity and batch size must be at least 1");
    }
  }
}
