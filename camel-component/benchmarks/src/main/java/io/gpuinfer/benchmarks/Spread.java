package io.gpuinfer.benchmarks;

import java.util.Arrays;

/**
 * The middle of a series of measurements and how far they scatter.
 *
 * @param low a tenth of the values lie below
 * @param median half of the values lie below
 * @param high a tenth of the values lie above
 */
public record Spread(double low, double median, double high) {

  public static Spread of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Spread(quantile(sorted, 0.1), quantile(sorted, 0.5), quantile(sorted, 0.9));
  }

  private static double quantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
