package io.gpuinfer.tasks.ocr;

/**
 * A place in a picture, in pixels from the middle of the top left one.
 *
 * @param x to the right
 * @param y downwards
 */
public record Point(double x, double y) {

  double distanceTo(Point other) {
    return Math.hypot(other.x - x, other.y - y);
  }

  /** The place between this one (at 0) and another (at 1). */
  Point towards(Point other, double share) {
    return new Point(x + share * (other.x - x), y + share * (other.y - y));
  }
}
