package io.gpuinfer.serving;

import java.util.Map;

/**
 * What a {@link ModelServer} has done since its start, and what it is doing.
 *
 * @param counts what became of requests
 * @param refusals requests not admitted, by reason
 * @param failures admitted requests that failed, by reason
 * @param executions runs of a device; with {@code items} they tell the mean batch
 * @param items rows that were run
 * @param batchSizes how many runs had how many rows
 * @param queueNanos sum over the requests that ran, of the time they waited
 * @param inputNanos sum over the runs, of the time to bring inputs to the device
 * @param computeNanos sum over the runs, of the time of the passes
 * @param outputNanos sum over the runs, of the time to bring outputs back
 * @param latency of the requests answered so far
 * @param batchTime what a batch takes, as the latest batches tell
 * @param queuedWork of what waits, in FLOPs where the engine counts them
 * @param limit requests that may be in the server now
 * @param placement what was executed, by name of the device
 */
public record ServerStatistics(
    ServerCounts counts,
    Map<Refusal, Long> refusals,
    Map<Failure, Long> failures,
    long executions,
    long items,
    Map<Integer, Long> batchSizes,
    long queueNanos,
    long inputNanos,
    long computeNanos,
    long outputNanos,
    Latency latency,
    BatchTime batchTime,
    double queuedWork,
    int limit,
    Map<String, Placement> placement) {

  public ServerStatistics {
    refusals = Map.copyOf(refusals);
    failures = Map.copyOf(failures);
    batchSizes = Map.copyOf(batchSizes);
    placement = Map.copyOf(placement);
  }

  /**
   * How long requests took from submission to answer.
   *
   * @param count requests
   * @param p50Nanos what half of them took at most
   * @param p90Nanos 90 in 100
   * @param p95Nanos 95 in 100
   * @param p99Nanos 99 in 100
   * @param maxNanos the longest
   */
  public record Latency(
      long count, long p50Nanos, long p90Nanos, long p95Nanos, long p99Nanos, long maxNanos) {}

  /**
   * The straight line {@code nanosPerWork · work + nanosPerBatch} through the times of the latest
   * batches.
   *
   * @param nanosPerWork nanoseconds for a unit of work
   * @param nanosPerBatch nanoseconds of each batch, however small
   * @param batches that the line is drawn through
   */
  public record BatchTime(double nanosPerWork, double nanosPerBatch, int batches) {

    /** What a batch of so much work takes. */
    public double nanos(double work) {
      return nanosPerWork * work + nanosPerBatch;
    }
  }

  /**
   * What was executed on one device.
   *
   * @param nodes operators that had to be run
   * @param executedNodes those of them that ran on the device
   * @param flops operations that had to be run, where the engine counts them
   * @param executedFlops those of them that ran on the device
   * @param nanos time of the runs
   */
  public record Placement(
      long nodes, long executedNodes, long flops, long executedFlops, long nanos) {}
}
