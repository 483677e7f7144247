package io.gpuinfer.tasks.ocr;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows that lie in columns of text.
 *
 * @param rows how many
 * @param columns their lines, from the left column to the right
 */
record ColumnRun(int rows, List<List<PlacedLine>> columns) {

  /** Fewer lines side by side are cells of a form. */
  private static final int FEWEST_LINES = 3;

  /** In heights of a line, some ten characters; what is shorter is a cell of a table. */
  private static final double SHORTEST_LINES = 5;

  /** How much of a column its lines fill, on average. */
  private static final double LEAST_FILLED = 0.6;

  /** In heights of a line. */
  private static final double NARROWEST_GUTTER = 0.5;

  /** A strip from top to bottom without text; one beside all text has no end. */
  private record Gutter(double from, double to) {

    double width() {
      return to - from;
    }

    boolean isBetween() {
      return Double.isFinite(width());
    }
  }

  /**
   * The longest run of rows from the first one that gutters part into columns of text, as in the
   * cuts of Nagy and Seth ("Hierarchical representation of optically scanned documents", 1984);
   * null where there is none. Tables, too, have gutters: columns are told from them by lines that
   * are long and fill them.
   *
   * @param rows from the top
   */
  static ColumnRun from(List<List<PlacedLine>> rows) {
    double height = medianHeight(rows);
    List<Gutter> gutters = List.of(new Gutter(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY));
    int count = 0;
    for (List<PlacedLine> row : rows) {
      List<Gutter> left = without(row, gutters, NARROWEST_GUTTER * height);
      if (left.stream().noneMatch(Gutter::isBetween)
          && gutters.stream().anyMatch(Gutter::isBetween)) {
        break;
      }
      gutters = left;
      count++;
    }
    List<List<PlacedLine>> columns = cut(rows.subList(0, count), gutters);
    return columns.size() > 1 && columns.stream().allMatch(column -> isText(column, height))
        ? new ColumnRun(count, columns)
        : null;
  }

  private static double medianHeight(List<List<PlacedLine>> rows) {
    double[] heights =
        rows.stream().flatMap(List::stream).mapToDouble(PlacedLine::height).sorted().toArray();
    return heights[heights.length / 2];
  }

  /** What a row leaves of gutters, where that is wide enough. */
  private static List<Gutter> without(List<PlacedLine> row, List<Gutter> gutters, double least) {
    List<Gutter> left = gutters;
    for (PlacedLine line : row) {
      List<Gutter> cut = new ArrayList<>();
      for (Gutter gutter : left) {
        if (line.right() <= gutter.from || line.left() >= gutter.to) {
          cut.add(gutter);
        } else {
          cut.add(new Gutter(gutter.from, line.left()));
          cut.add(new Gutter(line.right(), gutter.to));
        }
      }
      left = cut.stream().filter(gutter -> gutter.width() >= least).toList();
    }
    return left;
  }

  private static List<List<PlacedLine>> cut(List<List<PlacedLine>> rows, List<Gutter> gutters) {
    List<List<PlacedLine>> columns = new ArrayList<>();
    double from = Double.NEGATIVE_INFINITY;
    for (Gutter gutter : gutters) {
      double begin = from;
      List<PlacedLine> column =
          rows.stream()
              .flatMap(List::stream)
              .filter(line -> line.left() >= begin && line.right() <= gutter.from)
              .toList();
      if (!column.isEmpty()) {
        columns.add(column);
      }
      from = gutter.to;
    }
    return columns;
  }

  private static boolean isText(List<PlacedLine> column, double height) {
    double left = column.stream().mapToDouble(PlacedLine::left).min().orElseThrow();
    double right = column.stream().mapToDouble(PlacedLine::right).max().orElseThrow();
    double mean = column.stream().mapToDouble(PlacedLine::width).average().orElseThrow();
    return column.size() >= FEWEST_LINES
        && mean >= SHORTEST_LINES * height
        && mean >= LEAST_FILLED * (right - left);
  }
}
