package io.gpuinfer.tasks.image;

/**
 * Pillow's resampling (libImaging/Resample.c) as plain loops in double precision, without its
 * rounding between the two axes: each output pixel weighs the input pixels within the filter's
 * support, which grows with the reduction, and none beyond the edge.
 */
public final class PillowResize {

  private final int width;
  private final int height;
  private final double[][] columns;
  private final double[][] rows;

  public PillowResize(int fromWidth, int fromHeight, int width, int height, boolean cubic) {
    this.width = width;
    this.height = height;
    this.columns = weights(fromWidth, width, cubic);
    this.rows = weights(fromHeight, height, cubic);
  }

  /** The levels of a channel, 0 the lowest byte, of the resized picture, row by row. */
  public double[] resize(Picture picture, int channel) {
    double[] across = new double[width * picture.height()];
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < width; x++) {
        for (int i = 0; i < picture.width(); i++) {
          if (columns[x][i] != 0) {
            across[y * width + x] += columns[x][i] * ((picture.rgb(i, y) >> (8 * channel)) & 0xff);
          }
        }
      }
    }
    double[] result = new double[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double sum = 0;
        for (int i = 0; i < picture.height(); i++) {
          sum += rows[y][i] * across[i * width + x];
        }
        result[y * width + x] = Math.max(0, Math.min(255, sum));
      }
    }
    return result;
  }

  private static double[][] weights(int from, int to, boolean cubic) {
    double scale = (double) from / to;
    double wide = Math.max(1, scale);
    double support = (cubic ? 2 : 1) * wide;
    double[][] weights = new double[to][from];
    for (int i = 0; i < to; i++) {
      double center = (i + 0.5) * scale;
      int least = Math.max(0, (int) (center - support + 0.5));
      int most = Math.min(from, (int) (center + support + 0.5));
      double sum = 0;
      for (int x = least; x < most; x++) {
        double distance = Math.abs((x - center + 0.5) / wide);
        weights[i][x] = cubic ? cubic(distance) : Math.max(0, 1 - distance);
        sum += weights[i][x];
      }
      for (int x = least; x < most; x++) {
        weights[i][x] /= sum;
      }
    }
    return weights;
  }

  private static double cubic(double x) {
    double a = -0.5;
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }
}
