package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.serving.capacity.ModelCost;

/**
 * A model whose cost was measured on a device.
 *
 * @param cost what was measured
 * @param fit the line that the cost follows
 * @param worstError how far off the line is at most, relative to the time of a batch
 * @param others share of the processors that other programs took meanwhile
 */
record MeasuredModel(ModelCost cost, BatchFit fit, double worstError, double others) {

  MeasuredModel with(ModelCost other) {
    return new MeasuredModel(other, fit, worstError, others);
  }
}
