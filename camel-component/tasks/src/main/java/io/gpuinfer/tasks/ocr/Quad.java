package io.gpuinfer.tasks.ocr;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Four corners around a line of text.
 *
 * @param topLeft where the text begins, above
 * @param topRight where it ends, above
 * @param bottomRight where it ends, below
 * @param bottomLeft where it begins, below
 */
record Quad(Point topLeft, Point topRight, Point bottomRight, Point bottomLeft) {

  /**
   * Names the corners by their place in the picture: of the two leftmost, the upper is top left.
   */
  static Quad of(List<Point> corners) {
    List<Point> byX = corners.stream().sorted(Comparator.comparingDouble(Point::x)).toList();
    List<Point> left =
        byX.subList(0, 2).stream().sorted(Comparator.comparingDouble(Point::y)).toList();
    List<Point> right =
        byX.subList(2, 4).stream().sorted(Comparator.comparingDouble(Point::y)).toList();
    return new Quad(left.get(0), right.get(0), right.get(1), left.get(1));
  }

  double width() {
    return Math.max(topLeft.distanceTo(topRight), bottomLeft.distanceTo(bottomRight));
  }

  double height() {
    return Math.max(topLeft.distanceTo(bottomLeft), topRight.distanceTo(bottomRight));
  }

  /**
   * A quad much higher than wide is taken to hold text that runs down: its right edge is the top.
   */
  Quad upright() {
    return height() >= 1.5 * width() ? new Quad(topRight, bottomRight, bottomLeft, topLeft) : this;
  }

  /** The same place, read from the other end. */
  Quad upsideDown() {
    return new Quad(bottomRight, bottomLeft, topLeft, topRight);
  }

  /** From one picture into another: pixel edges map to pixel edges. */
  Quad scaled(double byX, double byY) {
    List<Point> corners =
        corners().stream()
            .map(p -> new Point((p.x() + 0.5) * byX - 0.5, (p.y() + 0.5) * byY - 0.5))
            .toList();
    return new Quad(corners.get(0), corners.get(1), corners.get(2), corners.get(3));
  }

  /** Of the reading direction: degrees clockwise from left to right, from −180 to 180. */
  double angle() {
    Point start = topLeft.towards(bottomLeft, 0.5);
    Point end = topRight.towards(bottomRight, 0.5);
    return Math.toDegrees(Math.atan2(end.y() - start.y(), end.x() - start.x()));
  }

  /** Turned with its picture about the origin, by degrees clockwise. */
  Quad turned(double degrees) {
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    List<Point> corners =
        corners().stream()
            .map(p -> new Point(p.x() * cos - p.y() * sin, p.x() * sin + p.y() * cos))
            .toList();
    return new Quad(corners.get(0), corners.get(1), corners.get(2), corners.get(3));
  }

  Point center() {
    return topLeft.towards(bottomRight, 0.5);
  }

  List<Point> corners() {
    return Stream.of(topLeft, topRight, bottomRight, bottomLeft).toList();
  }
}
