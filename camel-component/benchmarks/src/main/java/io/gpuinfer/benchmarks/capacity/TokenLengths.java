package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.tasks.text.PaddedLength;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Texts of all lengths in a range, each as frequent as the others.
 *
 * @param least tokens of the shortest
 * @param most tokens of the longest
 */
record TokenLengths(int least, int most) {

  private static final int MOST = 512;

  static TokenLengths parse(String text) {
    if (!text.matches("\\d{1,4}(-\\d{1,4})?")) {
      throw new IllegalArgumentException("--tokens wants a range such as 16-128, not " + text);
    }
    String[] bounds = text.split("-");
    int least = Integer.parseInt(bounds[0]);
    int most = Integer.parseInt(bounds[bounds.length - 1]);
    if (least < 2 || most < least || most > MOST) {
      throw new IllegalArgumentException(
          "Texts have 2 to 512 tokens, and ranges begin with the least, unlike " + text);
    }
    return new TokenLengths(least, most);
  }

  /** How many of the lengths are padded to each of the lengths that occur then. */
  Map<Integer, Integer> padded() {
    PaddedLength padded = new PaddedLength(List.of(), MOST);
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int length = least; length <= most; length++) {
      counts.merge(padded.of(length), 1, Integer::sum);
    }
    return counts;
  }
}
