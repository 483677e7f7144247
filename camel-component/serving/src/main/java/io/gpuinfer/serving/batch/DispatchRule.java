package io.gpuinfer.serving.batch;

import io.gpuinfer.serving.ServerStatistics.BatchTime;
import java.time.Duration;

/**
 * Says how long a device that could run a batch should wait for more requests to join it.
 *
 * <p>Of {@code n} requests that wait, each loses the {@code 1/λ} until the next one comes, and the
 * {@code a} by which that one prolongs the batch. The next one saves the {@code b} of a batch of
 * its own, less the {@code 1/λ} by which the batch starts later. So waiting pays while {@code
 * (n+1)/λ + n·a < b}, where λ is the rate of arrivals of late. Not thread-safe: its owner guards
 * it.
 */
public final class DispatchRule {

  private static final double WEIGHT_OF_NEWEST = 0.1;

  /** After such a pause the arrivals before it tell nothing. */
  private static final double LONGEST_GAP = Duration.ofSeconds(1).toNanos();

  private final long maxDelay;
  private double gap = LONGEST_GAP;
  private long last;
  private boolean any;

  public DispatchRule(Duration maxDelay) {
    this.maxDelay = maxDelay.toNanos();
  }

  /** A request has come. */
  public void arrived(long now) {
    if (any) {
      gap += WEIGHT_OF_NEWEST * (Math.min(now - last, LONGEST_GAP) - gap);
    }
    any = true;
    last = now;
  }

  /**
   * When at the latest the batch should start; now or before, when waiting does not pay.
   *
   * @param freeSince when the device became free, or the first request came if that was later
   * @param batchWork of the batch as it is
   */
  public long startBy(Batch batch, double batchWork, BatchTime line, long freeSince, long now) {
    double perRequest = line.nanosPerWork() * batchWork / batch.size();
    double waiting = (batch.size() + 1) * gap + batch.size() * perRequest;
    if (waiting >= line.nanosPerBatch()) {
      return now;
    }
    long start = freeSince + maxDelay;
    double takes = line.nanos(batchWork);
    for (Part part : batch.parts()) {
      long deadline = part.job().request().deadlineNanos();
      // Half of what is left after the run itself is for what nobody foresees.
      if (deadline != Long.MAX_VALUE && start - (deadline - 2 * (long) takes) > 0) {
        start = deadline - 2 * (long) takes;
      }
    }
    return start;
  }
}
