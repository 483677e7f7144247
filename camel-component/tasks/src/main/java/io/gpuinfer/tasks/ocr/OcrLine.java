package io.gpuinfer.tasks.ocr;

import java.util.List;
import java.util.Locale;

/**
 * One line of text in a picture.
 *
 * @param text what it says
 * @param score how sure the reader is: the mean probability of its characters, from 0 to 1
 * @param angle of its reading direction: degrees clockwise from left to right, from −180 to 180
 * @param paragraph which of the page's paragraphs it belongs to, from 0
 * @param box its corners in pixels of the picture, from the start of the text's upper edge,
 *     clockwise as the text is read
 */
public record OcrLine(String text, double score, double angle, int paragraph, List<Point> box) {

  public OcrLine {
    box = List.copyOf(box);
  }

  /** One line for a log: the text, how sure the reader is, and where it begins. */
  @Override
  public String toString() {
    Point start = box.get(0);
    return String.format(
        Locale.ROOT, "'%s' %.2f at (%.0f, %.0f), %.0f°", text, score, start.x(), start.y(), angle);
  }
}
