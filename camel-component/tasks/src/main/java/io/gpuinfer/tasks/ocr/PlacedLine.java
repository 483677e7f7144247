package io.gpuinfer.tasks.ocr;

import java.util.List;

/**
 * Where a line would be if its page stood upright.
 *
 * @param index which of the page's lines it is
 * @param left where it begins
 * @param right where it ends
 * @param top its upper edge, in the middle of the line
 * @param bottom its lower edge, in the middle of the line
 */
record PlacedLine(int index, double left, double right, double top, double bottom) {

  private static final double ACROSS = 45;

  /**
   * Turns a line with its page.
   *
   * @param pageAngle degrees clockwise that the page is turned by
   */
  static PlacedLine of(int index, Quad line, double pageAngle) {
    Quad upright = line.turned(-pageAngle);
    List<Point> corners = upright.corners();
    double left = corners.stream().mapToDouble(Point::x).min().orElseThrow();
    double right = corners.stream().mapToDouble(Point::x).max().orElseThrow();
    double middle = upright.center().y();
    // A tilted line's corners span more than it is high; one that runs across the others does not.
    double height =
        Math.abs(upright.angle()) % 180 < ACROSS || Math.abs(upright.angle()) > 180 - ACROSS
            ? upright.height()
            : upright.width();
    return new PlacedLine(index, left, right, middle - height / 2, middle + height / 2);
  }

  double width() {
    return right - left;
  }

  double height() {
    return bottom - top;
  }

  double middle() {
    return (top + bottom) / 2;
  }

  /** Lines whose middles differ by less than half the height of the lower one share a row. */
  boolean sharesRowWith(PlacedLine other) {
    return Math.abs(middle() - other.middle()) < Math.min(height(), other.height()) / 2;
  }

  /** Whether one is above the other somewhere. */
  boolean overlaps(PlacedLine other) {
    return left < other.right && other.left < right;
  }
}
