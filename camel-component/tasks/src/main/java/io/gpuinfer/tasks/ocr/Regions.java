package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** Finds the regions of a map whose values are over a threshold. */
final class Regions {

  private final int width;
  private final int height;
  private final boolean[] open;
  private final int[] stack;

  private Regions(FloatBuffer map, int width, int height, double threshold) {
    this.width = width;
    this.height = height;
    this.open = new boolean[width * height];
    this.stack = new int[width * height];
    for (int i = 0; i < open.length; i++) {
      open[i] = map.get(i) > threshold;
    }
  }

  /**
   * Pixels that hang together.
   *
   * @param outline the first and last pixel of every row, from the top down: all that the convex
   *     hull depends on
   * @param area number of pixels
   */
  record Region(List<Point> outline, int area) {}

  /**
   * All regions of a map; pixels that touch by a corner hang together.
   *
   * @param map values of shape [1, 1, height, width]
   */
  static List<Region> above(double threshold, Tensor map) {
    Regions regions = new Regions(map.floats(), (int) map.dim(3), (int) map.dim(2), threshold);
    List<Region> found = new ArrayList<>();
    for (int i = 0; i < regions.open.length; i++) {
      if (regions.open[i]) {
        found.add(regions.regionFrom(i));
      }
    }
    return found;
  }

  /** Fills a region from its topmost pixel and forgets it. */
  private Region regionFrom(int first) {
    int top = first / width;
    List<int[]> rows = new ArrayList<>();
    int depth = 0;
    int area = 0;
    stack[depth++] = first;
    open[first] = false;
    while (depth > 0) {
      int at = stack[--depth];
      area++;
      int x = at % width;
      int y = at / width;
      while (rows.size() <= y - top) {
        rows.add(new int[] {Integer.MAX_VALUE, Integer.MIN_VALUE});
      }
      int[] row = rows.get(y - top);
      row[0] = Math.min(row[0], x);
      row[1] = Math.max(row[1], x);
      for (int ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          int next = ny * width + nx;
          if (open[next]) {
            open[next] = false;
            stack[depth++] = next;
          }
        }
      }
    }
    List<Point> outline = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      outline.add(new Point(rows.get(i)[0], top + i));
      outline.add(new Point(rows.get(i)[1], top + i));
    }
    return new Region(outline, area);
  }
}
