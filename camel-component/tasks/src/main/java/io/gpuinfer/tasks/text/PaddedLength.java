package io.gpuinfer.tasks.text;

import java.util.List;

/** To how many tokens texts are padded, so that many of them are of one shape. */
public final class PaddedLength {

  private static final int SHORTEST = 16;

  private final List<Integer> buckets;
  private final int longest;

  /**
   * @param buckets the lengths to pad to, ascending; empty for lengths that differ from their
   *     neighbours by a quarter or 16 tokens
   * @param longest the longest row that the model takes, which what is over all buckets is padded
   *     to
   */
  public PaddedLength(List<Integer> buckets, int longest) {
    this.buckets = List.copyOf(buckets);
    this.longest = longest;
  }

  /** The length for a row: each needs a plan of its own, and rows of one length share runs. */
  public int of(int tokens) {
    return Math.min(longest, buckets.isEmpty() ? step(tokens) : bucket(tokens));
  }

  private int bucket(int tokens) {
    return buckets.stream().filter(length -> length >= tokens).findFirst().orElse(longest);
  }

  private static int step(int tokens) {
    int step = Math.max(SHORTEST, Integer.highestOneBit(Math.max(1, tokens - 1)) / 4);
    return (tokens + step - 1) / step * step;
  }
}
