package io.gpuinfer.benchmarks.load;

import java.util.Arrays;

/**
 * Whether a series of values rises or falls. The slope is the median of the slopes between all
 * pairs of values (Theil and Sen), which single outliers do not move.
 *
 * @param first value
 * @param last value
 * @param median value
 * @param slope change of the value for each unit of time
 * @param change what the slope makes of the whole time
 */
record Trend(double first, double last, double median, double slope, double change) {

  /**
   * @param times ascending, at least two
   */
  static Trend of(double[] times, double[] values) {
    int count = times.length;
    double[] slopes = new double[count * (count - 1) / 2];
    int next = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i + 1; j < count; j++) {
        slopes[next++] = (values[j] - values[i]) / (times[j] - times[i]);
      }
    }
    double slope = median(slopes);
    return new Trend(
        values[0], values[count - 1], median(values), slope, slope * (times[count - 1] - times[0]));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
