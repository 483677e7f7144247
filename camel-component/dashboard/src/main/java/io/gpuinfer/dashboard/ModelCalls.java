package io.gpuinfer.dashboard;

import io.gpuinfer.component.CallReport;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** The requests to one model, as many threads tell of them. */
final class ModelCalls {

  private static final int DIGITS = 2;

  private CallSums total = CallSums.NONE;
  private CallSums since = CallSums.NONE;
  private Histogram micros = new Histogram(DIGITS);

  /**
   * What has ended since this was last asked for.
   *
   * @param total everything so far
   * @param sums since then
   * @param micros what those of them took that were answered
   */
  record Interval(CallSums total, CallSums sums, Histogram micros) {

    static Interval empty() {
      return new Interval(CallSums.NONE, CallSums.NONE, new Histogram(DIGITS));
    }
  }

  synchronized void add(CallReport call) {
    since = since.plus(CallSums.of(call));
    if (call.failure() == null) {
      micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(call.nanos())));
    }
  }

  synchronized Interval drain() {
    total = total.plus(since);
    Interval interval = new Interval(total, since, micros);
    since = CallSums.NONE;
    // Another one even if nothing is in it: the one that is given away must not change any more.
    micros = new Histogram(DIGITS);
    return interval;
  }
}
