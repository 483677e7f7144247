package io.gpuinfer.component;

import io.gpuinfer.tasks.TaskType;
import java.util.Locale;

/**
 * What makes two endpoints share one loaded model: they name the same model and want it served the
 * same way. Priorities and timeouts are each request's own, and no part of it.
 */
record ModelKey(
    String model,
    String version,
    String uri,
    TaskType task,
    String device,
    int maxBatchSize,
    int queueCapacity,
    boolean warmup) {

  static ModelKey of(String model, GpuInferConfiguration configuration) {
    return new ModelKey(
        model,
        configuration.getModelVersion(),
        configuration.getModelUri(),
        configuration.getTask(),
        configuration.getDevice().strip().toLowerCase(Locale.ROOT),
        configuration.getMaxBatchSize(),
        configuration.getQueueCapacity(),
        configuration.isWarmup());
  }

  /** Whether it is served in the highest version, or in the one that an operation has chosen. */
  boolean followsVersions() {
    return version == null && uri == null;
  }

  /** Requests that may be under way: as many as may wait, beside a full batch that runs. */
  int mostUnderWay() {
    return queueCapacity + maxBatchSize;
  }
}
