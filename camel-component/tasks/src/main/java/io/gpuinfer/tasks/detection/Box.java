package io.gpuinfer.tasks.detection;

import java.util.Locale;

/**
 * A rectangle in pixels, from the outer edge of the top left one: the box of a whole picture is 0,
 * 0, its width and its height.
 *
 * @param left its least x
 * @param top its least y
 * @param right its largest x
 * @param bottom its largest y
 */
public record Box(double left, double top, double right, double bottom) {

  static Box ofCentre(double x, double y, double width, double height) {
    return new Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2);
  }

  public double width() {
    return right - left;
  }

  public double height() {
    return bottom - top;
  }

  public double area() {
    return width() * height();
  }

  /** The intersection over the union with another one (Jaccard's index), from 0 to 1. */
  public double overlap(Box other) {
    double width = Math.min(right, other.right) - Math.max(left, other.left);
    double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double shared = width * height;
    return shared / (area() + other.area() - shared);
  }

  /** Whether it is a rectangle at all: models give NaN, infinities and turned corners too. */
  boolean hasArea() {
    double area = area();
    return width() > 0 && height() > 0 && area > 0 && area < Double.POSITIVE_INFINITY;
  }

  /** The four numbers, rounded to whole pixels. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "[%.0f, %.0f, %.0f, %.0f]", left, top, right, bottom);
  }
}
