package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.Tensor;

/** Folds the five vectors of a batch normalisation into a scale and a shift. */
final class BatchNormalization {

  private BatchNormalization() {}

  /**
   * @param scale true for the factor, false for the summand
   * @param t scale, bias, mean and variance, each {@code [C]}
   */
  static Tensor fold(boolean scale, float epsilon, Tensor... t) {
    float[] values = new float[t[0].size()];
    for (int c = 0; c < values.length; c++) {
      double factor = t[0].doubleAt(c) / Math.sqrt(t[3].doubleAt(c) + epsilon);
      values[c] = (float) (scale ? factor : t[1].doubleAt(c) - t[2].doubleAt(c) * factor);
    }
    return Tensor.wrap(values, values.length);
  }
}
