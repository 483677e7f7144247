package io.gpuinfer.tasks.embedding;

/**
 * A document and how well it answers a query.
 *
 * @param index its place among the documents of the request, from 0
 * @param score the cosine of its vector and the query's, from −1 to 1
 * @param text the document
 */
public record RankedText(int index, double score, String text) {

  private static final int SHORT = 60;

  /** One line for a log: the place, the score and the beginning of the text. */
  @Override
  public String toString() {
    String line = text.replaceAll("\\s+", " ");
    String start = line.length() <= SHORT ? line : line.substring(0, SHORT) + "…";
    return "#%d %.3f %s".formatted(index, score, start);
  }
}
