package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a map of text probabilities into boxes: the post-processing of Differentiable Binarization
 * (Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", 2020).
 *
 * @param binarize the probability above which a pixel is text
 * @param boxThreshold the least mean probability of a box
 * @param unclip how far boxes grow, for the model is trained on shrunk ones: by {@code unclip ·
 *     area / perimeter} on each side
 */
record BoxFinder(double binarize, double boxThreshold, double unclip) {

  /** In pixels of the map; what is smaller is noise. */
  private static final double SHORTEST_SIDE = 3;

  /** More boxes than a dense page has. */
  private static final int MOST_BOXES = 1000;

  /**
   * The boxes of a map, in its pixels.
   *
   * @param map probabilities of shape [1, 1, height, width]
   */
  List<Quad> find(Tensor map) {
    List<Quad> boxes = new ArrayList<>();
    for (Regions.Region region : Regions.above(binarize, map)) {
      RotatedRectangle tight = RotatedRectangle.around(region.outline());
      if (tight.shortSide() >= SHORTEST_SIDE && mean(map, tight) >= boxThreshold) {
        // Half a pixel more: the outline runs through the middles of pixels, not along their edges.
        boxes.add(tight.grownBy(0.5 + margin(region, tight)).quad());
      }
      if (boxes.size() == MOST_BOXES) {
        break;
      }
    }
    return boxes;
  }

  /** Of the region itself, not of its rectangle, which a bent line leaves half empty. */
  private double margin(Regions.Region region, RotatedRectangle tight) {
    double length = Math.max(tight.width(), tight.height()) + 1;
    double thickness = region.area() / length;
    return unclip * region.area() / (2 * (length + thickness));
  }

  private static double mean(Tensor map, RotatedRectangle box) {
    FloatBuffer values = map.floats();
    int width = (int) map.dim(3);
    int height = (int) map.dim(2);
    List<Point> corners = box.quad().corners();
    int left = (int) Math.max(0, corners.stream().mapToDouble(Point::x).min().orElseThrow());
    int right =
        (int) Math.min(width - 1, corners.stream().mapToDouble(Point::x).max().orElseThrow());
    int top = (int) Math.max(0, corners.stream().mapToDouble(Point::y).min().orElseThrow());
    int bottom =
        (int) Math.min(height - 1, corners.stream().mapToDouble(Point::y).max().orElseThrow());
    double sum = 0;
    int count = 0;
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        if (box.contains(new Point(x, y))) {
          sum += values.get(y * width + x);
          count++;
        }
      }
    }
    return count == 0 ? 0 : sum / count;
  }
}
