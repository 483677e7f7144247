package io.gpuinfer.tasks.text;

/** What tests compute with vectors, from the definitions. */
public final class TestVectors {

  private TestVectors() {}

  public static double cosine(float[] one, float[] other) {
    return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
  }

  public static double length(float[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  /** The mean of the vectors of tokens. */
  public static float[] mean(float[][] tokens) {
    float[] mean = new float[tokens[0].length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] token : tokens) {
        sum += token[i];
      }
      mean[i] = (float) (sum / tokens.length);
    }
    return mean;
  }

  /** A vector of the same direction and of length 1. */
  public static float[] unit(float[] vector) {
    float[] unit = vector.clone();
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / length(vector));
    }
    return unit;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }
}
