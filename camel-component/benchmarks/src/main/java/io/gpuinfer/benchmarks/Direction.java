package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.Tensor;
import java.util.Map;

/**
 * How far two engines' answers point apart. A quantised model amplifies a byte that is rounded the
 * other way, so its answers are compared as a whole and not element by element.
 */
final class Direction {

  /**
   * Answers that point further apart disagree; a single byte, of random tokens, turned them by half
   * of it.
   */
  static final double ACCEPTED = 2e-2;

  private Direction() {}

  /**
   * One less the cosine of the angle between an output of the two, for the worst output.
   *
   * @return infinity when a shape differs, an output is missing, or a value is no number
   */
  static double error(Map<String, Tensor> ours, Map<String, Tensor> theirs) {
    return WorstError.of(ours, theirs, Direction::error);
  }

  private static double error(Tensor ours, Tensor theirs) {
    double product = 0;
    double ourSquares = 0;
    double theirSquares = 0;
    for (int i = 0; i < theirs.size(); i++) {
      product += ours.doubleAt(i) * theirs.doubleAt(i);
      ourSquares += ours.doubleAt(i) * ours.doubleAt(i);
      theirSquares += theirs.doubleAt(i) * theirs.doubleAt(i);
    }
    double error = 1 - product / Math.sqrt(ourSquares * theirSquares);
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : Math.max(0, error);
  }
}
