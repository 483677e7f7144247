package io.gpuinfer.load;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Times from sending to ending, kept to three digits. Many threads may add to them. */
public final class Latencies {

  private static final int DIGITS = 3;

  private final ConcurrentHistogram micros = new ConcurrentHistogram(DIGITS);

  public void add(long nanos) {
    micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(nanos)));
  }

  /** What so many of a hundred took at most, in milliseconds; not a number when there were none. */
  public double millis(double percentile) {
    return micros(percentile) / 1e3;
  }

  /** The same in microseconds. */
  public double micros(double percentile) {
    return micros.getTotalCount() == 0 ? Double.NaN : micros.getValueAtPercentile(percentile);
  }

  /** All of them, in microseconds. */
  public Histogram histogram() {
    return micros.copy();
  }
}
