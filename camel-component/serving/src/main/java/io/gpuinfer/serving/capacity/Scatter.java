package io.gpuinfer.serving.capacity;

import java.util.Arrays;
import java.util.List;

/**
 * How the times of equal batches differ: what was measured over what {@code a·n + b} says, each of
 * the ratios as likely as the others. The mean decides the throughput, the largest the slowest
 * answers.
 *
 * @param ratios in rising order; 1 is a batch that took what it should
 */
public record Scatter(List<Double> ratios) {

  /** Equal batches take equally long. */
  public static final Scatter NONE = new Scatter(List.of(1.0));

  public Scatter {
    if (ratios.isEmpty() || !ratios.stream().allMatch(ratio -> ratio > 0)) {
      throw new IllegalArgumentException("A scatter needs ratios above 0, but has " + ratios);
    }
    ratios = ratios.stream().sorted().toList();
  }

  public static Scatter of(double... ratios) {
    return new Scatter(Arrays.stream(ratios).boxed().toList());
  }

  public double mean() {
    return ratios.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
