package io.gpuinfer.serving.capacity;

import java.util.Arrays;
import java.util.List;

/**
 * How the times of equal batches differ: what was measured over what {@code a·n + b} says. The mean
 * decides the throughput, the largest ratios the slowest answers. Short batches differ more than
 * long ones, as whatever interrupts them takes a time of its own, so there are ratios for several
 * lengths.
 *
 * @param levels one for each length that was tried
 */
public record Scatter(List<Level> levels) {

  /** Equal batches take equally long. */
  public static final Scatter NONE = of(1);

  /**
   * Batches of about one length.
   *
   * @param nanos how long they take
   * @param ratios each as likely as the others; 1 is a batch that took what it should
   */
  public record Level(double nanos, List<Double> ratios) {

    public Level {
      ratios = List.copyOf(ratios);
      if (!(nanos > 0) || ratios.isEmpty() || !ratios.stream().allMatch(ratio -> ratio > 0)) {
        throw new IllegalArgumentException(
            "Times and ratios must be above 0, but are " + nanos + " and " + ratios);
      }
    }

    public double mean() {
      return ratios.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
  }

  public Scatter {
    levels = List.copyOf(levels);
    if (levels.isEmpty()) {
      throw new IllegalArgumentException("A scatter needs ratios");
    }
  }

  /** The same for batches of all lengths. */
  public static Scatter of(double... ratios) {
    return new Scatter(List.of(new Level(1, Arrays.stream(ratios).boxed().toList())));
  }

  /** That of batches about as long, by the factor between them. */
  public Level at(double nanos) {
    Level nearest = levels.get(0);
    for (Level level : levels) {
      if (distance(level, nanos) < distance(nearest, nanos)) {
        nearest = level;
      }
    }
    return nearest;
  }

  private static double distance(Level level, double nanos) {
    return Math.abs(Math.log(level.nanos() / nanos));
  }
}
