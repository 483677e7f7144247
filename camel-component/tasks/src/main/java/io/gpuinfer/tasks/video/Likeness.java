package io.gpuinfer.tasks.video;

import java.util.Arrays;

/**
 * How like two texts are: 1 less the edit distance (Levenshtein, "Binary codes capable of
 * correcting deletions, insertions, and reversals", 1966) in lengths of the longer one. 1 for equal
 * texts, 0 for texts that have nothing in common.
 */
final class Likeness {

  /** Longer texts are equal or nothing: the time grows with the product of both lengths. */
  private static final int MAX_LENGTH = 500;

  private Likeness() {}

  static double of(String a, String b) {
    if (a.equals(b)) {
      return 1;
    }
    int longer = Math.max(a.length(), b.length());
    return longer > MAX_LENGTH ? 0 : 1 - (double) distance(a, b) / longer;
  }

  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    Arrays.setAll(before, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
      }
      before = row;
    }
    return before[b.length()];
  }
}
