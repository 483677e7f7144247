package io.gpuinfer.samples.media;

import java.awt.Shape;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;

/** A view of the unit square from aside: it becomes the quadrilateral of four given corners. */
final class Perspective {

  private static final double FLATNESS = 0.001; // of the unit square's side

  private final double a;
  private final double b;
  private final double c;
  private final double d;
  private final double e;
  private final double f;
  private final double g;
  private final double h;

  /** Corners in the order top left, top right, bottom right, bottom left. */
  Perspective(double[] x, double[] y) {
    double dx1 = x[1] - x[2];
    double dx2 = x[3] - x[2];
    double dx3 = x[0] - x[1] + x[2] - x[3];
    double dy1 = y[1] - y[2];
    double dy2 = y[3] - y[2];
    double dy3 = y[0] - y[1] + y[2] - y[3];
    double determinant = dx1 * dy2 - dx2 * dy1;
    g = (dx3 * dy2 - dx2 * dy3) / determinant;
    h = (dx1 * dy3 - dx3 * dy1) / determinant;
    a = x[1] - x[0] + g * x[1];
    b = x[3] - x[0] + h * x[3];
    c = x[0];
    d = y[1] - y[0] + g * y[1];
    e = y[3] - y[0] + h * y[3];
    f = y[0];
  }

  /** A shape of the unit square as it is seen. */
  Shape project(Shape shape) {
    Path2D seen = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double[] point = new double[6];
    for (PathIterator it = shape.getPathIterator(null, FLATNESS); !it.isDone(); it.next()) {
      int kind = it.currentSegment(point);
      double w = g * point[0] + h * point[1] + 1;
      double x = (a * point[0] + b * point[1] + c) / w;
      double y = (d * point[0] + e * point[1] + f) / w;
      switch (kind) {
        case PathIterator.SEG_MOVETO -> seen.moveTo(x, y);
        case PathIterator.SEG_LINETO -> seen.lineTo(x, y);
        default -> seen.closePath();
      }
    }
    return seen;
  }
}
