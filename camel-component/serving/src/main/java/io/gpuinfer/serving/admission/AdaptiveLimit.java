package io.gpuinfer.serving.admission;

/**
 * Bounds the requests in a server by how well its device keeps up: additive increase, and
 * multiplicative decrease when batches take longer than batches of their size used to (as Netflix's
 * gradient limit, but over what is left of a batch's time when its size is accounted for: a longer
 * batch is no sign of congestion). Not thread-safe: its owner guards it.
 */
public final class AdaptiveLimit {

  /** Batches that take this much longer than expected are slow. */
  public static final double SLOW = 1.5;

  private static final double LARGEST_CUT = 0.5;

  private final int least;
  private final int most;
  private double limit;

  /**
   * @param least requests that are let in however slow the device is
   * @param most requests that are let in however fast it is
   */
  public AdaptiveLimit(int least, int most) {
    this.least = Math.min(least, most);
    this.most = most;
    this.limit = most;
  }

  /**
   * A batch has run.
   *
   * @param slowness how much longer than expected batches take: 1 when as long
   */
  public void batchEnded(double slowness) {
    double wanted =
        slowness > SLOW
            ? limit * Math.max(LARGEST_CUT, 1 / slowness)
            : limit + Math.max(1, Math.sqrt(limit));
    limit = Math.min(most, Math.max(least, wanted));
  }

  /** Requests that may be in the server. */
  public int limit() {
    return (int) limit;
  }

  /** Whether fewer are let in than the server was configured for. */
  public boolean isReduced() {
    return limit < most;
  }
}
