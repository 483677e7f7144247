package io.gpuinfer.tasks.ocr;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** By how much a page is turned, judged by the lines on it. */
final class PageAngle {

  private static final int QUARTER = 90;

  private PageAngle() {}

  /**
   * The direction that most of the text is read in: of the quarter turns that lines are nearest to,
   * the one that most of their length has, and of these lines the median, again by length.
   *
   * @return degrees clockwise, from −180 to 180; 0 without lines
   */
  static double of(List<Quad> lines) {
    Map<Long, Double> lengths =
        lines.stream()
            .collect(
                Collectors.groupingBy(PageAngle::quarters, Collectors.summingDouble(Quad::width)));
    return lengths.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(most -> median(lines, most.getKey(), most.getValue()))
        .orElse(0.0);
  }

  /** To the nearest quarter turn: 0 to 3. */
  private static long quarters(Quad line) {
    return Math.floorMod(Math.round(line.angle() / QUARTER), 4L);
  }

  private static double median(List<Quad> lines, long quarters, double length) {
    double before = 0;
    double angle = 0;
    List<Quad> byTilt =
        lines.stream()
            .filter(line -> quarters(line) == quarters)
            .sorted(Comparator.comparingDouble(PageAngle::tilt))
            .toList();
    for (Quad line : byTilt) {
      angle = line.angle();
      before += line.width();
      if (before >= length / 2) {
        break;
      }
    }
    return angle;
  }

  /** From the nearest quarter turn. */
  private static double tilt(Quad line) {
    double angle = line.angle();
    return angle - Math.round(angle / QUARTER) * QUARTER;
  }
}
