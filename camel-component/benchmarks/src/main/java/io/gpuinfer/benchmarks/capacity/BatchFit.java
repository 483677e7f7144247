package io.gpuinfer.benchmarks.capacity;

import java.util.List;

/**
 * The straight line through the times of batches.
 *
 * @param nanosPerFlop {@code a}
 * @param nanosPerBatch {@code b}
 */
record BatchFit(double nanosPerFlop, double nanosPerBatch) {

  /**
   * A batch that was timed.
   *
   * @param flops of all its items
   */
  record Point(double flops, double nanos) {}

  /**
   * Least squares of the relative error: a time is measured to some percent, whether it is long or
   * short. By absolute errors the long batches would decide alone, and {@code b} would be what they
   * happen to leave over.
   */
  static BatchFit of(List<Point> points) {
    double w = 0;
    double wx = 0;
    double wy = 0;
    double wxx = 0;
    double wxy = 0;
    for (Point point : points) {
      double weight = 1 / (point.nanos() * point.nanos());
      w += weight;
      wx += weight * point.flops();
      wy += weight * point.nanos();
      wxx += weight * point.flops() * point.flops();
      wxy += weight * point.flops() * point.nanos();
    }
    double spread = w * wxx - wx * wx;
    double slope = spread > 0 ? (w * wxy - wx * wy) / spread : 0;
    double start = (wy - slope * wx) / w;
    if (slope > 0 && start >= 0) {
      return new BatchFit(slope, start);
    }
    // All the same size, or bent downwards: the line through the origin.
    return new BatchFit(wxy / wxx, 0);
  }

  double nanos(double flops) {
    return nanosPerFlop * flops + nanosPerBatch;
  }

  /** How far off the line is at a point, relative to the time measured. */
  double error(Point point) {
    return Math.abs(nanos(point.flops()) / point.nanos() - 1);
  }
}
