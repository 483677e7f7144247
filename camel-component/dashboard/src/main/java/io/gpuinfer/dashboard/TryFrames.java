package io.gpuinfer.dashboard;

import io.gpuinfer.dashboard.TryAnswer.Frame;
import io.gpuinfer.dashboard.TryAnswer.ScoredClass;
import io.gpuinfer.tasks.classification.Classification;
import io.gpuinfer.tasks.detection.Detection;
import io.gpuinfer.tasks.detection.DetectionResult;
import io.gpuinfer.tasks.detection.DrawnDetections;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.ocr.OcrLine;
import io.gpuinfer.tasks.ocr.OcrResult;
import java.util.List;
import java.util.Optional;

/** The answers of tasks that tell what is in a picture, in one form. */
final class TryFrames {

  private TryFrames() {}

  /**
   * What an answer tells of a picture; empty where it is of another kind.
   *
   * @param seconds where in a clip; null for a picture
   * @param picture null for a text
   */
  static Optional<Frame> of(Object value, int index, Double seconds, Picture picture) {
    if (value instanceof OcrResult page) {
      return Optional.of(
          frame(index, seconds, picture, page.lines().stream().map(TryFrames::box).toList()));
    }
    if (value instanceof DetectionResult found) {
      return Optional.of(
          frame(index, seconds, picture, found.detections().stream().map(TryFrames::box).toList()));
    }
    if (value instanceof DrawnDetections drawn) {
      return of(drawn.result(), index, seconds, picture);
    }
    return value instanceof List<?> classes
            && !classes.isEmpty()
            && classes.stream().allMatch(Classification.class::isInstance)
        ? Optional.of(
            new Frame(
                index,
                seconds,
                picture == null ? null : picture.width(),
                picture == null ? null : picture.height(),
                List.of(),
                classes.stream()
                    .map(Classification.class::cast)
                    .map(each -> new ScoredClass(each.label(), each.probability()))
                    .toList()))
        : Optional.empty();
  }

  private static Frame frame(
      int index, Double seconds, Picture picture, List<TryAnswer.Box> boxes) {
    return new Frame(index, seconds, picture.width(), picture.height(), boxes, List.of());
  }

  private static TryAnswer.Box box(OcrLine line) {
    return new TryAnswer.Box(
        line.box().stream().map(corner -> new double[] {corner.x(), corner.y()}).toList(),
        line.text(),
        null,
        line.score());
  }

  private static TryAnswer.Box box(Detection found) {
    double left = found.box().left();
    double top = found.box().top();
    double right = found.box().right();
    double bottom = found.box().bottom();
    return new TryAnswer.Box(
        List.of(
            new double[] {left, top},
            new double[] {right, top},
            new double[] {right, bottom},
            new double[] {left, bottom}),
        null,
        found.label(),
        found.score());
  }
}
