package io.gpuinfer.benchmarks;

import java.util.Arrays;

/**
 * What a race between the two engines came to.
 *
 * @param ours milliseconds of this project's engine
 * @param theirs milliseconds of ONNX Runtime
 * @param pairs ONNX Runtime's time over ours, round by round
 * @param others share of the processors that other programs took meanwhile. Above a tenth or so the
 *     ratio says little: threads that spin while they wait lose far more than others
 */
record Comparison(Spread ours, Spread theirs, Spread pairs, double others) {

  /** Of two series whose elements were measured pair by pair. */
  static Comparison of(double[] ours, double[] theirs, double others) {
    double[] pairs = new double[ours.length];
    Arrays.setAll(pairs, round -> theirs[round] / ours[round]);
    return new Comparison(Spread.of(ours), Spread.of(theirs), Spread.of(pairs), others);
  }

  /** How many times as fast our median is; above 1 we are the faster. */
  double ratio() {
    return theirs.median() / ours.median();
  }
}
