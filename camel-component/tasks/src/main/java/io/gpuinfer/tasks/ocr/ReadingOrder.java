package io.gpuinfer.tasks.ocr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Puts the lines of a page into the order in which they are read: rows from the top, each from the
 * left, but columns of text one after the other.
 */
final class ReadingOrder {

  private ReadingOrder() {}

  /**
   * Orders lines, of which each is somewhere in the result once.
   *
   * @param lines of a page that stands upright
   */
  static List<PlacedLine> of(List<PlacedLine> lines) {
    List<List<PlacedLine>> rows = rows(lines);
    List<PlacedLine> ordered = new ArrayList<>();
    int next = 0;
    while (next < rows.size()) {
      ColumnRun columns = ColumnRun.from(rows.subList(next, rows.size()));
      if (columns == null) {
        ordered.addAll(rows.get(next));
        next++;
      } else {
        columns.columns().forEach(column -> ordered.addAll(of(column)));
        next += columns.rows();
      }
    }
    return ordered;
  }

  private static List<List<PlacedLine>> rows(List<PlacedLine> lines) {
    List<List<PlacedLine>> rows = new ArrayList<>();
    PlacedLine before = null;
    for (PlacedLine line :
        lines.stream().sorted(Comparator.comparingDouble(PlacedLine::middle)).toList()) {
      if (before == null || !before.sharesRowWith(line)) {
        rows.add(new ArrayList<>());
      }
      rows.get(rows.size() - 1).add(line);
      before = line;
    }
    rows.forEach(row -> row.sort(Comparator.comparingDouble(PlacedLine::left)));
    return rows;
  }
}
