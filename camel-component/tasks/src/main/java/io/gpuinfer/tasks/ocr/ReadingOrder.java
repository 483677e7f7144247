package io.gpuinfer.tasks.ocr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Puts boxes into the order in which they are read: rows from the top, each from the left. */
final class ReadingOrder {

  private ReadingOrder() {}

  /** Boxes whose middles differ in height by less than half the lower one's height share a row. */
  static List<Quad> of(List<Quad> boxes) {
    List<Quad> fromTop =
        boxes.stream().sorted(Comparator.comparingDouble(box -> box.center().y())).toList();
    List<Quad> ordered = new ArrayList<>();
    List<Quad> row = new ArrayList<>();
    for (Quad box : fromTop) {
      if (!row.isEmpty() && !shareRow(row.get(row.size() - 1), box)) {
        flush(row, ordered);
      }
      row.add(box);
    }
    flush(row, ordered);
    return ordered;
  }

  private static boolean shareRow(Quad one, Quad other) {
    double lower = Math.min(extent(one), extent(other));
    return Math.abs(one.center().y() - other.center().y()) < lower / 2;
  }

  /** How much of the picture's height a box spans. */
  private static double extent(Quad box) {
    double top = box.corners().stream().mapToDouble(Point::y).min().orElseThrow();
    double bottom = box.corners().stream().mapToDouble(Point::y).max().orElseThrow();
    return bottom - top;
  }

  private static void flush(List<Quad> row, List<Quad> ordered) {
    row.sort(Comparator.comparingDouble(box -> box.center().x()));
    ordered.addAll(row);
    row.clear();
  }
}
