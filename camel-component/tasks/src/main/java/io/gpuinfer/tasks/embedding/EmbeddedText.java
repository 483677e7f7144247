package io.gpuinfer.tasks.embedding;

/**
 * What a model made of a text.
 *
 * @param vectors one, or one for each token where they are not pooled
 * @param tokens how many tokens the model read, special ones included
 * @param truncated whether the text was longer than the model takes, and was cut
 */
public record EmbeddedText(float[][] vectors, int tokens, boolean truncated) {

  /** The only vector. */
  public float[] vector() {
    return vectors[0];
  }

  /** The cosine of the angle between the only vectors of two texts. */
  public double cosine(EmbeddedText other) {
    return Vectors.cosine(vector(), other.vector());
  }
}
