package io.gpuinfer.tasks.ocr;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The text of a picture.
 *
 * @param lines from top to bottom, and from left to right where they stand side by side
 */
public record OcrResult(List<OcrLine> lines) {

  public OcrResult {
    lines = List.copyOf(lines);
  }

  /** All lines, one below the other. */
  public String text() {
    return lines.stream().map(OcrLine::text).collect(Collectors.joining("\n"));
  }
}
