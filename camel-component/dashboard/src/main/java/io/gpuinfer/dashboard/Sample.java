package io.gpuinfer.dashboard;

import io.gpuinfer.serving.ServerState;
import java.util.List;

/**
 * How all models did in one second.
 *
 * @param at its end, in milliseconds since 1970
 */
record Sample(long at, List<ModelSample> models, List<DeviceLoad> devices) {

  /**
   * How one model did. Counts are of the second; latency, batches and the busy share of the time of
   * the window.
   *
   * @param id of the model
   * @param requestsPerSecond that ended, in whichever way
   * @param degraded those of {@code done} that a fallback answered
   * @param doneTotal as {@code done}, since the model was loaded; so with the other totals
   * @param latency of answered requests; null when there was none
   * @param meanBatch rows that shared a run; null when nothing ran
   * @param batches how many runs had how many rows
   * @param queueLength requests that wait for a device
   * @param queueCapacity requests that may be under way
   * @param underWay requests that have no answer yet
   * @param busyShare share of the time that the busiest part of the model was in runs
   */
  record ModelSample(
      String id,
      double requestsPerSecond,
      long done,
      long refused,
      long failed,
      long expired,
      long degraded,
      long doneTotal,
      long refusedTotal,
      long failedTotal,
      long expiredTotal,
      long degradedTotal,
      Latency latency,
      Double meanBatch,
      List<Runs> batches,
      int queueLength,
      int queueCapacity,
      int underWay,
      double busyShare,
      ServerState state) {}

  /** What requests took, in milliseconds: half of them at most, 95 and 99 in 100, the longest. */
  record Latency(long count, double p50Ms, double p95Ms, double p99Ms, double maxMs) {}

  /** How many runs had so many rows. */
  record Runs(int size, long runs) {}

  /**
   * How busy a device was.
   *
   * @param busyShare share of the time that it was in runs of models, all of them taken together
   */
  record DeviceLoad(int index, double busyShare) {}
}
