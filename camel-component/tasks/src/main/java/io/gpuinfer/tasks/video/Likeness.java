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

  /**
   * Compares two texts as far as it takes to tell whether they are alike.
   *
   * @param least above 0 to 1
   * @return the likeness, or 0 where it is less than that
   */
  static double of(String a, String b, double least) {
    if (a.equals(b)) {
      return 1;
    }
    int longer = Math.max(a.length(), b.length());
    int most = edits(longer, least);
    if (longer > MAX_LENGTH || !isWorthComparing(a, b, least)) {
      return 0;
    }
    int distance = distance(a, b, most);
    return distance > most ? 0 : 1 - (double) distance / longer;
  }

  /** Whether their lengths alone leave it open that they are alike. */
  static boolean isWorthComparing(String a, String b, double least) {
    int longer = Math.max(a.length(), b.length());
    return Math.abs(a.length() - b.length()) <= edits(longer, least);
  }

  /** How many edits a likeness allows; what is a whole number but for rounding is one. */
  private static int edits(int longer, double least) {
    return (int) Math.floor((1 - least) * longer + 1e-9);
  }

  /**
   * The edit distance, found within the band of the table where it can be (Ukkonen, "Algorithms for
   * approximate string matching", 1985).
   *
   * @param most at least the difference of the lengths
   * @return more than {@code most} where the distance is
   */
  private static int distance(String a, String b, int most) {
    int beyond = most + 1;
    int[] before = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    Arrays.setAll(before, j -> Math.min(j, beyond));
    for (int i = 1; i <= a.length(); i++) {
      int from = Math.max(1, i - most);
      int to = Math.min(b.length(), i + most);
      row[from - 1] = from == 1 ? Math.min(i, beyond) : beyond;
      int least = row[from - 1];
      for (int j = from; j <= to; j++) {
        int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(before[j], row[j - 1]));
        least = Math.min(least, row[j]);
      }
      if (least > most) {
        return beyond;
      }
      if (to < b.length()) {
        row[to + 1] = beyond;
      }
      int[] free = before;
      before = row;
      row = free;
    }
    return before[b.length()];
  }
}
