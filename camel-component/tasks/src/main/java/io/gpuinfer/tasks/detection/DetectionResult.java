package io.gpuinfer.tasks.detection;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a model sees in one picture.
 *
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param detections the surest first
 */
public record DetectionResult(int width, int height, List<Detection> detections) {

  private static final int SHOWN = 5;

  public DetectionResult {
    detections = List.copyOf(detections);
  }

  /** One line for a log: how many, and the first of them. */
  @Override
  public String toString() {
    String shown =
        detections.stream().limit(SHOWN).map(Detection::toString).collect(Collectors.joining("; "));
    return "%d in %d × %d%s%s%s"
        .formatted(
            detections.size(),
            width,
            height,
            detections.isEmpty() ? "" : ": ",
            shown,
            detections.size() > SHOWN ? "; …" : "");
  }
}
