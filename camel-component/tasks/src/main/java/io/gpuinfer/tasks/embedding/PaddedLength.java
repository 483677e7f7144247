package io.gpuinfer.tasks.embedding;

/** To how many tokens texts are padded, so that many of them are of one shape. */
public final class PaddedLength {

  private static final int SHORTEST = 16;

  private PaddedLength() {}

  /**
   * A length that few others differ from, but for at most a quarter or 16 tokens: each needs a plan
   * of its own, and texts of one length share runs.
   *
   * @param tokens of the text
   * @param maxLength the longest row that the model takes
   */
  public static int of(int tokens, int maxLength) {
    int step = Math.max(SHORTEST, Integer.highestOneBit(Math.max(1, tokens - 1)) / 4);
    return Math.min(maxLength, (tokens + step - 1) / step * step);
  }
}
