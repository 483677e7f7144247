package io.gpuinfer.serving.repository;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was meant where another one was written. */
public final class Spelling {

  private static final int LONGEST = 64;

  private Spelling() {}

  /**
   * The known word with the fewest differences to a written one: characters that are missing, too
   * many, another, or exchanged with their neighbour, whatever the case (the optimal string
   * alignment distance, after Damerau, 1964).
   *
   * @return empty when more than a third of the longer word differs in all of them
   */
  public static Optional<String> nearest(String written, Collection<String> known) {
    if (written.length() > LONGEST) {
      return Optional.empty();
    }
    return known.stream()
        .filter(word -> word.length() <= LONGEST)
        .filter(word -> 3 * distance(written, word) <= Math.max(written.length(), word.length()))
        .min(Comparator.comparingInt(word -> distance(written, word)));
  }

  private static int distance(String one, String other) {
    String a = one.toLowerCase(Locale.ROOT);
    String b = other.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean exchanged =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (exchanged) {
          d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
