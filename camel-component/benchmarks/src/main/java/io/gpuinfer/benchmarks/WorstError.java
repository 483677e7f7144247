package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;

/** How far two engines' answers to the same inputs lie apart. */
final class WorstError {

  /** Answers that lie further apart disagree. */
  static final double ACCEPTED = 1e-3;

  private WorstError() {}

  /**
   * The worst relative-or-absolute error over all outputs. Where an output's largest element is
   * below 1, that element takes the place of 1: small probabilities must agree too.
   *
   * @return infinity when a shape differs, an output is missing, or a value is no number
   */
  static double of(Map<String, Tensor> ours, Map<String, Tensor> theirs) {
    return of(ours, theirs, WorstError::ofElements);
  }

  /**
   * The largest error over all outputs.
   *
   * @param error of one output, ours first; the two have the same shape
   * @return infinity when a shape differs or an output is missing
   */
  static double of(
      Map<String, Tensor> ours,
      Map<String, Tensor> theirs,
      ToDoubleBiFunction<Tensor, Tensor> error) {
    if (!ours.keySet().equals(theirs.keySet())) {
      return Double.POSITIVE_INFINITY;
    }
    return theirs.entrySet().stream()
        .mapToDouble(
            entry -> {
              Tensor own = ours.get(entry.getKey());
              Tensor other = entry.getValue();
              return Arrays.equals(own.shape(), other.shape())
                  ? error.applyAsDouble(own, other)
                  : Double.POSITIVE_INFINITY;
            })
        .max()
        .orElse(0);
  }

  private static double ofElements(Tensor ours, Tensor theirs) {
    double peak = 0;
    for (int i = 0; i < theirs.size(); i++) {
      peak = Math.max(peak, Math.abs(theirs.doubleAt(i)));
    }
    double floor = Math.min(1, peak);
    double worst = 0;
    for (int i = 0; i < theirs.size(); i++) {
      double expected = theirs.doubleAt(i);
      double difference = Math.abs(ours.doubleAt(i) - expected);
      if (difference > 0) {
        worst = Math.max(worst, difference / Math.max(floor, Math.abs(expected)));
      } else if (Double.isNaN(difference)) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return worst;
  }
}
