package io.gpuinfer.tasks.rerank;

/**
 * A document and how well it answers a query.
 *
 * @param index its place among the documents of the request, from 0
 * @param score the cosine of its vector and the query's, from −1 to 1, or the probability that a
 *     model which reads both gives it, from 0 to 1
 * @param text the document
 */
public record RankedText(int index, double score, String text) {

  private static final int SHORT = 60;

  /** One line for a log: the place, the score and the beginning of the text. */
  @Override
  public String toString() {
    String beginning = text.substring(0, Math.min(text.length(), 2 * SHORT));
    String line = beginning.replaceAll("\\s+", " ");
    String start = line.length() <= SHORT ? line : line.substring(0, SHORT) + "…";
    return "#%d %.3f %s".formatted(index, score, start);
  }
}
