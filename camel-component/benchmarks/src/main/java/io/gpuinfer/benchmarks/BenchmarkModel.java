package io.gpuinfer.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * A model and what it is timed on.
 *
 * @param name for the table
 * @param file reads the model
 * @param workloads in the table's order
 * @param quantised whether it rounds to integers on its way, so that elements of two right answers
 *     may differ visibly
 */
record BenchmarkModel(String name, File file, List<Workload> workloads, boolean quantised) {

  BenchmarkModel(String name, File file, List<Workload> workloads) {
    this(name, file, workloads, false);
  }

  /** Reads a model when its turn comes, since all of them at once would fill the memory. */
  @FunctionalInterface
  interface File {
    byte[] read() throws IOException;
  }

  /** This model with those workloads alone whose title contains the text, in any case. */
  BenchmarkModel only(String text) {
    return new BenchmarkModel(
        name,
        file,
        workloads.stream().filter(workload -> matches(title(workload), text)).toList(),
        quantised);
  }

  String title(Workload workload) {
    return name + " " + workload.shape();
  }

  /** A title as the name of a file, without an ending. */
  static String fileName(String title) {
    return plain(title).replaceAll("[^a-z0-9]+", "-");
  }

  private static boolean matches(String title, String text) {
    return plain(title).contains(plain(text));
  }

  /** Nobody types a multiplication sign. */
  private static String plain(String text) {
    return text.toLowerCase(Locale.ROOT).replace('×', 'x');
  }
}
