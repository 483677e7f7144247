package io.gpuinfer.tasks.ocr;

import java.util.List;
import java.util.Locale;

/**
 * The text of a picture.
 *
 * @param angle of the page: degrees clockwise that most of its text is turned by, from −180 to 180;
 *     0 without text
 * @param lines in the order in which they are read: from top to bottom as the text stands, and from
 *     left to right where lines stand side by side, but columns of text one after the other
 */
public record OcrResult(double angle, List<OcrLine> lines) {

  private static final int SHORT = 60;

  public OcrResult {
    lines = List.copyOf(lines);
  }

  /** All lines, one below the other, with an empty one between paragraphs. */
  public String text() {
    StringBuilder text = new StringBuilder();
    OcrLine before = null;
    for (OcrLine line : lines) {
      if (before != null) {
        text.append(line.paragraph() == before.paragraph() ? "\n" : "\n\n");
      }
      text.append(line.text());
      before = line;
    }
    return text.toString();
  }

  /** One line for a log: how many lines, the angle, and the beginning of the text. */
  @Override
  public String toString() {
    String text = text().replaceAll("\\s+", " ");
    return String.format(
        Locale.ROOT,
        "%d lines at %.1f°: %s",
        lines.size(),
        angle,
        text.length() <= SHORT ? text : text.substring(0, SHORT) + "…");
  }
}
