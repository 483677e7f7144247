package io.gpuinfer.serving.batch;

import java.time.Duration;

/**
 * Says how long a device that could run a batch should wait for more requests to join it.
 *
 * <p>Of {@code n} requests that wait, each loses the {@code 1/λ} until the next one comes, and the
 * {@code a} by which that one prolongs the batch. The next one saves the {@code b} of a batch of
 * its own, less the {@code 1/λ} by which the batch starts later. So waiting pays while {@code
 * (n+1)/λ + n·a < b}, where λ is the rate at which requests come just then.
 *
 * <p>That is not the rate over all times: callers that wait for their answers all come back when a
 * batch has ended. So it is learnt how many come within the longest delay after a device has become
 * free, and until when; those of them that have come already are not expected any more. Not
 * thread-safe: its owner guards it.
 */
public final class DispatchRule {

  private static final double WEIGHT_OF_NEWEST = 0.2;

  /** Fewer are not waited for. */
  private static final double LEAST_EXPECTED = 0.5;

  /** Those that are late may take so many times as long as usual. */
  private static final double LATE = 1.5;

  private final long maxDelay;
  private double usual;
  private double usualSpan;
  private long span;
  private long opened;
  private int came;
  private boolean open;

  public DispatchRule(Duration maxDelay) {
    this.maxDelay = maxDelay.toNanos();
  }

  /** A device could run a batch from now on. */
  public void free(long now) {
    close(now);
    opened = now;
    came = 0;
    span = 0;
    open = true;
  }

  /** A request has come. */
  public void arrived(long now) {
    close(now);
    came++;
    span = now - opened;
  }

  /** Learns how many came in a time that is over. */
  private void close(long now) {
    if (open && now - opened > maxDelay) {
      usual += WEIGHT_OF_NEWEST * (came - usual);
      usualSpan += WEIGHT_OF_NEWEST * (span - usualSpan);
      open = false;
    }
  }

  /**
   * When at the latest the batch should start; now or before, when waiting does not pay.
   *
   * @param batchWork of the batch as it is
   */
  public long startBy(Batch batch, double batchWork, BatchTimes times, long now) {
    close(now);
    double expected = usual - came;
    long start = opened + Math.min(maxDelay, (long) (LATE * usualSpan));
    if (!open || expected < LEAST_EXPECTED || start - now <= 0) {
      return now;
    }
    double perRequest = times.line().nanosPerWork() * batchWork / batch.size();
    double gap = Math.max(0, opened + usualSpan - now) / expected;
    if ((batch.size() + 1) * gap + batch.size() * perRequest >= times.mostNanosPerBatch()) {
      return now;
    }
    double takes = times.line().nanos(batchWork);
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
