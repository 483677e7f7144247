package io.gpuinfer.tasks.embedding;

import io.gpuinfer.engine.Tensor;

/** How the vectors of a text's tokens become one vector. */
public enum Pooling {
  /** The mean over the text's tokens, special ones included, padding not. */
  MEAN {
    @Override
    float[][] pool(float[][] tokens) {
      return new float[][] {Vectors.mean(tokens, token -> 1)};
    }
  },
  /** The largest value of each dimension over the text's tokens, padding excepted. */
  MAX {
    @Override
    float[][] pool(float[][] tokens) {
      float[] largest = tokens[0].clone();
      for (float[] token : tokens) {
        for (int i = 0; i < largest.length; i++) {
          largest[i] = Math.max(largest[i], token[i]);
        }
      }
      return new float[][] {largest};
    }
  },
  /** The vector of the first token, which the model was trained to say it all with. */
  CLS {
    @Override
    float[][] pool(float[][] tokens) {
      return new float[][] {tokens[0]};
    }
  },
  /** They stay as they are, special ones included, padding not. */
  NONE {
    @Override
    float[][] pool(float[][] tokens) {
      return tokens;
    }
  };

  /**
   * The vector of one text; with {@link #NONE} as many as it has tokens.
   *
   * @param hidden the model's answer, of shape [texts, tokens, width]
   * @param row the text's place in it
   * @param tokens how many of its tokens are no padding
   */
  float[][] pool(Tensor hidden, int row, int tokens) {
    int width = (int) hidden.dim(2);
    float[][] vectors = new float[this == CLS ? 1 : tokens][width];
    for (int token = 0; token < vectors.length; token++) {
      hidden.copyTo((row * (int) hidden.dim(1) + token) * width, vectors[token], 0, width);
    }
    return pool(vectors);
  }

  abstract float[][] pool(float[][] tokens);
}
