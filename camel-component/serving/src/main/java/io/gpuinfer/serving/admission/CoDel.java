package io.gpuinfer.serving.admission;

import java.time.Duration;

/**
 * Tells a standing queue from a burst: the server is overloaded when even the request that waited
 * least, of those taken over a while, waited too long (Nichols and Jacobson, "Controlling Queue
 * Delay", 2012; with the intervals of Maurer, "Fail at Scale", 2015).
 *
 * <p>What is too long follows from what the server does: the work of two batches is no standing
 * queue, nor is a small part of the time that requests have. Not thread-safe: its owner guards it.
 */
public final class CoDel {

  private static final long LEAST_TARGET = Duration.ofMillis(5).toNanos();
  private static final long LEAST_INTERVAL = Duration.ofMillis(100).toNanos();
  private static final double BATCHES = 2;
  private static final double SHARE_OF_ALLOWANCE = 0.25;
  private static final double WEIGHT_OF_NEWEST = 0.05;

  private long target = LEAST_TARGET;
  private long interval = LEAST_INTERVAL;
  private long intervalEnd = Long.MIN_VALUE;
  private long least = Long.MAX_VALUE;
  private double allowance;
  private boolean overloaded;

  /**
   * A request was admitted.
   *
   * @param nanos that it has until its deadline; {@link Long#MAX_VALUE} for no deadline
   */
  public void admitted(long nanos) {
    double bounded = Math.min(nanos, Duration.ofHours(1).toNanos());
    allowance = allowance == 0 ? bounded : allowance + WEIGHT_OF_NEWEST * (bounded - allowance);
  }

  /**
   * A request leaves the queue for a device.
   *
   * @param waited nanoseconds in the queue
   * @param batchNanos what a batch takes
   */
  public void taken(long waited, double batchNanos, long now) {
    target =
        (long)
            Math.max(LEAST_TARGET, Math.max(BATCHES * batchNanos, SHARE_OF_ALLOWANCE * allowance));
    interval = (long) Math.max(LEAST_INTERVAL, 2 * BATCHES * batchNanos);
    if (intervalEnd == Long.MIN_VALUE) {
      intervalEnd = now + interval;
    }
    if (now - intervalEnd >= 0) {
      overloaded = least != Long.MAX_VALUE && least > target;
      least = Long.MAX_VALUE;
      intervalEnd = now + interval;
    }
    least = Math.min(least, waited);
  }

  /** Nothing waits any more. */
  public void emptied() {
    overloaded = false;
    least = 0;
  }

  /** Whether a queue has been standing for a whole interval. */
  public boolean isOverloaded() {
    return overloaded;
  }

  /** Nanoseconds after which a request has waited for too long while the server is overloaded. */
  public long patience() {
    return 2 * target;
  }
}
