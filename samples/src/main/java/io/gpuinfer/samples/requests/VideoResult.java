package io.gpuinfer.samples.requests;

import io.gpuinfer.tasks.ocr.OcrLine;
import java.util.List;

/**
 * The text of a clip.
 *
 * @param frames the frames that were read, in their order
 */
public record VideoResult(List<Frame> frames) {

  public VideoResult {
    frames = List.copyOf(frames);
  }

  /**
   * The text of one frame.
   *
   * @param millis when it is shown, counted from the start of the clip
   * @param lines as for a picture
   */
  public record Frame(double millis, List<OcrLine> lines) {}
}
