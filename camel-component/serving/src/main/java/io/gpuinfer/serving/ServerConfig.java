package io.gpuinfer.serving;

/**
 * What a {@link ModelServer} serves, and its bounds.
 *
 * @param name the model's name, for messages and the worker thread
 * @param version the model's version
 * @param queueCapacity requests that may wait
 * @param maxBatchSize rows (extents of axis 0) that requests may share one run with; 1 runs each
 *     request by itself. More than 1 needs a model whose inputs and outputs all have the batch as
 *     axis 0 and whose rows do not influence each other.
 */
public record ServerConfig(String name, String version, int queueCapacity, int maxBatchSize) {

  public ServerConfig {
    if (queueCapacity < 1 || maxBatchSize < 1) {
      throw new IllegalArgumentException(
          "Queue capacity and batch size must be at least 1, but are %d and %d"
              .formatted(queueCapacity, maxBatchSize));
    }
  }
}
