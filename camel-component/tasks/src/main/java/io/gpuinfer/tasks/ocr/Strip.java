package io.gpuinfer.tasks.ocr;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.Picture;
import java.util.ArrayList;
import java.util.List;

/**
 * Parts of a picture laid side by side, each turned upright and resized to the height that the
 * models read. One run samples them all, whatever their number and widths.
 */
final class Strip {

  /** Rows of pixels that the models for lines read. */
  static final int HEIGHT = 48;

  private static final int CHANNELS = 3;
  private static final int SHORTEST = 1024;

  private final List<Part> parts = new ArrayList<>();
  private int columns;

  /**
   * A part of the strip.
   *
   * @param box where it is in the picture
   * @param from its first column
   * @param width its number of columns
   */
  record Part(Quad box, int from, int width) {}

  /** Appends a part of so many columns. */
  Part add(Quad box, int width) {
    Part part = new Part(box, columns, width);
    parts.add(part);
    columns += width;
    return part;
  }

  int columns() {
    return columns;
  }

  /**
   * Where each pixel of the strip is in a picture, as GridSample with aligned corners takes it: of
   * shape [1, 48, columns, 2], from −1 in the middle of the first pixel to 1 in that of the last.
   * The columns are rounded up, so that few shapes occur.
   */
  Tensor grid(Picture picture) {
    int rounded = rounded(columns);
    float[] grid = new float[HEIGHT * rounded * 2];
    double scaleX = 2.0 / Math.max(1, picture.width() - 1);
    double scaleY = 2.0 / Math.max(1, picture.height() - 1);
    for (Part part : parts) {
      for (int row = 0; row < HEIGHT; row++) {
        double down = (row + 0.5) / HEIGHT;
        Point start = part.box.topLeft().towards(part.box.bottomLeft(), down);
        Point end = part.box.topRight().towards(part.box.bottomRight(), down);
        int at = 2 * (row * rounded + part.from);
        for (int column = 0; column < part.width; column++) {
          Point place = start.towards(end, (column + 0.5) / part.width);
          grid[at++] = (float) (place.x() * scaleX - 1);
          grid[at++] = (float) (place.y() * scaleY - 1);
        }
      }
    }
    return Tensor.wrap(grid, 1, HEIGHT, rounded, 2);
  }

  /**
   * Copies a part out of the sampled strip into one line of a batch; what is left of the line stays
   * as it is.
   *
   * @param pixels the strip, of shape [1, 3, 48, columns]
   * @param upsideDown whether to turn it by 180 degrees
   * @param batch lines of shape [3, 48, width] one after the other
   */
  static void copy(
      Tensor pixels, Part part, boolean upsideDown, float[] batch, int line, int width) {
    int columns = (int) pixels.dim(3);
    for (int channel = 0; channel < CHANNELS; channel++) {
      for (int row = 0; row < HEIGHT; row++) {
        int from = (channel * HEIGHT + row) * columns + part.from;
        int toRow = upsideDown ? HEIGHT - 1 - row : row;
        int to = ((line * CHANNELS + channel) * HEIGHT + toRow) * width;
        pixels.copyTo(from, batch, to, part.width);
        if (upsideDown) {
          reverse(batch, to, part.width);
        }
      }
    }
  }

  /** A batch of so many lines, for {@link #copy}. */
  static float[] batch(int lines, int width) {
    return new float[lines * CHANNELS * HEIGHT * width];
  }

  private static void reverse(float[] values, int from, int count) {
    for (int low = from, high = from + count - 1; low < high; low++, high--) {
      float swap = values[low];
      values[low] = values[high];
      values[high] = swap;
    }
  }

  /** The next power of two, or three quarters of it where that suffices. */
  private static int rounded(int columns) {
    int power = SHORTEST;
    while (power < columns) {
      power *= 2;
    }
    int threeQuarters = power / 4 * 3;
    return power > SHORTEST && columns <= threeQuarters ? threeQuarters : power;
  }
}
