package io.gpuinfer.dashboard;

import java.util.ArrayList;
import java.util.List;

/**
 * What was kept of the latest seconds, the oldest first.
 *
 * @param intervalMs between two of them
 * @param windowMs that latencies, batches and busy shares look back
 */
record LiveReport(double intervalMs, double windowMs, List<Sample> samples) {

  /**
   * @param count samples at most
   * @param step takes every one, every second one and so on, back from the latest
   */
  static LiveReport of(History history, int count, int step) {
    List<Second> seconds = history.latest((int) Math.min(History.SECONDS, (long) count * step));
    List<Sample> samples = new ArrayList<>();
    for (int index = Math.floorMod(seconds.size() - 1, step);
        index < seconds.size();
        index += step) {
      samples.add(seconds.get(index).sample());
    }
    return new LiveReport(
        Sampler.INTERVAL_MILLIS, Sampler.INTERVAL_MILLIS * (double) Sampler.WINDOW, samples);
  }
}
