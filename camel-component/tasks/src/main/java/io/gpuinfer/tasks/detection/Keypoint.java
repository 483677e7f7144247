package io.gpuinfer.tasks.detection;

/**
 * A place that a model marks beside a box, such as an eye, in pixels from the outer edge of the
 * picture's top left one. One outside the picture is moved to its edge.
 *
 * @param x to the right
 * @param y downwards
 */
public record Keypoint(double x, double y) {

  /** Whether it is a place at all: models give NaN and infinities too. */
  boolean hasPlace() {
    return Double.isFinite(x) && Double.isFinite(y);
  }
}
