package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.Tensor;

/** How the vectors of a text's tokens become one vector. */
public enum Pooling {
  /** The mean over the text's tokens, special ones included, padding not. */
  MEAN {
    @Override
    float[] pool(Tensor hidden, int row, int tokens) {
      int length = (int) hidden.dim(1);
      int width = (int) hidden.dim(2);
      float[] one = new float[width];
      double[] sum = new double[width];
      for (int token = 0; token < tokens; token++) {
        hidden.copyTo((row * length + token) * width, one, 0, width);
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
      float[] largest = token(hidden, row, 0);
      for (int token = 1; token < tokens; token++) {
        float[] one = token(hidden, row, token);
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
      return token(hidden, row, 0);
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

  /** The vector of one token. */
  static float[] token(Tensor hidden, int row, int token) {
    int width = (int) hidden.dim(2);
    float[] vector = new float[width];
    hidden.copyTo((row * (int) hidden.dim(1) + token) * width, vector, 0, width);
    return vector;
  }
}
