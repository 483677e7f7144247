package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.Tensor;

/** How the vectors of a text's tokens become one vector. */
public enum Pooling {
  /** The mean over the text's tokens, special ones included, padding not. */
  MEAN {
    @Override
    float[] pool(Tensor hidden, int row, int tokens) {
      int width = (int) hidden.dim(2);
      float[] one = new float[width];
      double[] sum = new double[width];
      for (int token = 0; token < tokens; token++) {
        copyToken(hidden, row, token, one);
        for (int i = 0; i < width; i++) {
          sum[i] += one[i];
        }
      }
      for (int i = 0; i < width; i++) {
        one[i] = (float) (sum[i] / tokens);
      }
      return one;
    }
  },
  /** The largest value of each dimension over the text's tokens, padding excepted. */
  MAX {
    @Override
    float[] pool(Tensor hidden, int row, int tokens) {
      float[] largest = CLS.pool(hidden, row, tokens);
      float[] one = new float[largest.length];
      for (int token = 1; token < tokens; token++) {
        copyToken(hidden, row, token, one);
        for (int i = 0; i < one.length; i++) {
          largest[i] = Math.max(largest[i], one[i]);
        }
      }
      return largest;
    }
  },
  /** The vector of the first token, which the model was trained to say it all with. */
  CLS {
    @Override
    float[] pool(Tensor hidden, int row, int tokens) {
      float[] first = new float[(int) hidden.dim(2)];
      copyToken(hidden, row, 0, first);
      return first;
    }
  };

  /**
   * The vector of one text.
   *
   * @param hidden the model's answer, of shape [texts, tokens, width]
   * @param row the text's place in it
   * @param tokens how many of its tokens are no padding
   */
  abstract float[] pool(Tensor hidden, int row, int tokens);

  private static void copyToken(Tensor hidden, int row, int token, float[] vector) {
    hidden.copyTo((row * (int) hidden.dim(1) + token) * vector.length, vector, 0, vector.length);
  }
}
