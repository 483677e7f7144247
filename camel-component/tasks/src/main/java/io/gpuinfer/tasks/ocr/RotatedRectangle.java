package io.gpuinfer.tasks.ocr;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A rectangle at any angle.
 *
 * @param center its middle
 * @param width extent along its angle
 * @param height extent across
 * @param angle from the x axis, in radians
 */
record RotatedRectangle(Point center, double width, double height, double angle) {

  /**
   * The smallest rectangle around points: one of its sides lies on an edge of their convex hull
   * (Freeman and Shapira, "Determining the minimum-area encasing rectangle", 1975).
   */
  static RotatedRectangle around(List<Point> points) {
    List<Point> hull = hull(points);
    RotatedRectangle smallest = null;
    for (int i = 0; i < hull.size(); i++) {
      Point from = hull.get(i);
      Point to = hull.get((i + 1) % hull.size());
      double angle = Math.atan2(to.y() - from.y(), to.x() - from.x());
      RotatedRectangle candidate = atAngle(hull, angle);
      if (smallest == null || candidate.area() < smallest.area()) {
        smallest = candidate;
      }
    }
    return smallest;
  }

  double area() {
    return width * height;
  }

  double shortSide() {
    return Math.min(width, height);
  }

  /** Every side moved outwards by a distance. */
  RotatedRectangle grownBy(double distance) {
    return new RotatedRectangle(center, width + 2 * distance, height + 2 * distance, angle);
  }

  Quad quad() {
    return Quad.of(List.of(corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)));
  }

  boolean contains(Point point) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double x = point.x() - center.x();
    double y = point.y() - center.y();
    double tolerance = 1e-6;
    return Math.abs(x * cos + y * sin) <= width / 2 + tolerance
        && Math.abs(y * cos - x * sin) <= height / 2 + tolerance;
  }

  private Point corner(int alongSign, int acrossSign) {
    double along = alongSign * width / 2;
    double across = acrossSign * height / 2;
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new Point(
        center.x() + along * cos - across * sin, center.y() + along * sin + across * cos);
  }

  private static RotatedRectangle atAngle(List<Point> points, double angle) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double minAlong = Double.POSITIVE_INFINITY;
    double maxAlong = Double.NEGATIVE_INFINITY;
    double minAcross = Double.POSITIVE_INFINITY;
    double maxAcross = Double.NEGATIVE_INFINITY;
    for (Point point : points) {
      double along = point.x() * cos + point.y() * sin;
      double across = point.y() * cos - point.x() * sin;
      minAlong = Math.min(minAlong, along);
      maxAlong = Math.max(maxAlong, along);
      minAcross = Math.min(minAcross, across);
      maxAcross = Math.max(maxAcross, across);
    }
    double along = (minAlong + maxAlong) / 2;
    double across = (minAcross + maxAcross) / 2;
    return new RotatedRectangle(
        new Point(along * cos - across * sin, along * sin + across * cos),
        maxAlong - minAlong,
        maxAcross - minAcross,
        angle);
  }

  /**
   * The convex hull of points sorted by y, then x (Andrew, "Another efficient algorithm for convex
   * hulls in two dimensions", 1979).
   */
  private static List<Point> hull(List<Point> points) {
    List<Point> hull = new ArrayList<>(chain(points));
    List<Point> reversed = new ArrayList<>(points);
    Collections.reverse(reversed);
    List<Point> back = chain(reversed);
    hull.addAll(back.subList(1, Math.max(1, back.size() - 1)));
    return hull;
  }

  private static List<Point> chain(List<Point> points) {
    List<Point> chain = new ArrayList<>();
    for (Point point : points) {
      while (chain.size() > 1
          && cross(chain.get(chain.size() - 2), chain.get(chain.size() - 1), point) <= 0) {
        chain.remove(chain.size() - 1);
      }
      chain.add(point);
    }
    return chain;
  }

  private static double cross(Point origin, Point a, Point b) {
    return (a.x() - origin.x()) * (b.y() - origin.y())
        - (a.y() - origin.y()) * (b.x() - origin.x());
  }
}
