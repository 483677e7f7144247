package io.gpuinfer.load;

import java.util.SplittableRandom;

/**
 * The times at which independent callers send: the gaps between them are exponentially distributed,
 * so that bursts and lulls come as in life. The same seed gives the same times.
 */
public final class PoissonArrivals {

  private final double nanosBetween;
  private final SplittableRandom random;
  private double nanos;

  /**
   * @param perSecond arrivals in the mean
   */
  public PoissonArrivals(double perSecond, long seed) {
    if (!(perSecond > 0)) {
      throw new IllegalArgumentException("A rate is above 0, and not " + perSecond);
    }
    this.nanosBetween = 1e9 / perSecond;
    this.random = new SplittableRandom(seed);
  }

  /** When the next request is sent, in nanoseconds since the first moment. */
  public long next() {
    // Never the logarithm of 0: nextDouble() is below 1.
    nanos -= nanosBetween * Math.log(1 - random.nextDouble());
    return (long) nanos;
  }
}
