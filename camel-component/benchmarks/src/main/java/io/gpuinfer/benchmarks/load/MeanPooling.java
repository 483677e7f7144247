package io.gpuinfer.benchmarks.load;

/** The embedding of a text: the mean of its tokens' vectors, at unit length. */
final class MeanPooling {

  private MeanPooling() {}

  /**
   * @param hidden the vectors of one text's tokens, one after the other
   * @param tokens how many there are
   */
  static float[] embedding(float[] hidden, int tokens) {
    int width = hidden.length / tokens;
    double[] sum = new double[width];
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        sum[i] += hidden[token * width + i];
      }
    }
    double squares = 0;
    for (double x : sum) {
      squares += x * x;
    }
    double length = Math.sqrt(squares);
    float[] embedding = new float[width];
    for (int i = 0; i < width; i++) {
      embedding[i] = (float) (sum[i] / length);
    }
    return embedding;
  }

  /** The cosine of the angle between two embeddings. */
  static double cosine(float[] one, float[] other) {
    double product = 0;
    double squares = 0;
    double otherSquares = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      squares += (double) one[i] * one[i];
      otherSquares += (double) other[i] * other[i];
    }
    return product / Math.sqrt(squares * otherSquares);
  }
}
