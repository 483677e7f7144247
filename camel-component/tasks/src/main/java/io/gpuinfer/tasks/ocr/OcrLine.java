package io.gpuinfer.tasks.ocr;

import java.util.List;

/**
 * One line of text in a picture.
 *
 * @param text what it says
 * @param score mean probability of its characters
 * @param box its corners in pixels of the picture, from the start of the text's upper edge,
 *     clockwise as the text is read
 */
public record OcrLine(String text, double score, List<Point> box) {

  public OcrLine {
    box = List.copyOf(box);
  }
}
