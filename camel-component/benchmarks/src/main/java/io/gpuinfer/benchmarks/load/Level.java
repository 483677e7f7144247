package io.gpuinfer.benchmarks.load;

import io.gpuinfer.load.Measurement;

/**
 * A load that was offered, and what came of it.
 *
 * @param percent of the peak
 * @param perSecond requests sent in a second, in the mean
 */
record Level(int percent, double perSecond, Measurement measured) {

  /** Requests that were sent in a second; by chance not quite what was meant. */
  double offered() {
    return measured.totals().allSent() / measured.seconds();
  }

  String name() {
    return percent + " %";
  }
}
