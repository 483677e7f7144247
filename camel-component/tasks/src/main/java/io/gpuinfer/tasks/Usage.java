package io.gpuinfer.tasks;

import io.gpuinfer.engine.Execution;

/**
 * What the runs of one call took together.
 *
 * @param batchSize the most requests that shared one of the runs
 * @param queueNanos time waited
 * @param computeNanos time on the device, transfers included
 * @param execution what was executed; null when nothing ran
 */
public record Usage(int batchSize, long queueNanos, long computeNanos, Execution execution) {

  static final Usage NOTHING = new Usage(0, 0, 0, null);

  Usage waited(long nanos) {
    return new Usage(batchSize, queueNanos + nanos, computeNanos, execution);
  }

  Usage plus(Usage other) {
    return new Usage(
        Math.max(batchSize, other.batchSize),
        queueNanos + other.queueNanos,
        computeNanos + other.computeNanos,
        execution == null ? other.execution : execution.plus(other.execution));
  }
}
