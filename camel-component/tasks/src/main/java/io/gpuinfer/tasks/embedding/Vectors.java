package io.gpuinfer.tasks.embedding;

import java.util.function.IntUnaryOperator;

/** What is computed with vectors of one length, in double precision. */
final class Vectors {

  private Vectors() {}

  /**
   * The mean of vectors.
   *
   * @param weight how much each counts, by its place
   */
  static float[] mean(float[][] vectors, IntUnaryOperator weight) {
    double[] sum = new double[vectors[0].length];
    double total = 0;
    for (int v = 0; v < vectors.length; v++) {
      int counts = weight.applyAsInt(v);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += (double) vectors[v][i] * counts;
      }
      total += counts;
    }
    float[] mean = new float[sum.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (sum[i] / total);
    }
    return mean;
  }

  /** Brings a vector to length 1, but for one without a direction. */
  static void normalize(float[] vector) {
    double length = Math.sqrt(dot(vector, vector));
    for (int i = 0; i < vector.length && length > 0; i++) {
      vector[i] = (float) (vector[i] / length);
    }
  }

  /** The cosine of the angle between two vectors; 0 where one has no direction. */
  static double cosine(float[] one, float[] other) {
    double lengths = Math.sqrt(dot(one, one) * dot(other, other));
    return lengths == 0 ? 0 : dot(one, other) / lengths;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
