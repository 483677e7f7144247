package io.gpuinfer.dashboard;

import io.gpuinfer.load.Measurement;
import io.gpuinfer.load.Outcome;
import java.util.List;

/**
 * How a load run is going.
 *
 * @param model id of the model; null while there was no run
 * @param startedAt in milliseconds since 1970
 * @param endedAt null while it is running
 * @param progressShare from 0 to 1
 * @param step that is being done; null when none is
 * @param message why it failed; null when it did not
 * @param callers who sent at once to find the peak
 * @param peakPerSecond what these got answered in a second; null while it is not known
 */
record LoadReport(
    State state,
    String model,
    Long startedAt,
    Long endedAt,
    double progressShare,
    String step,
    String message,
    int callers,
    Double peakPerSecond,
    List<Row> rows) {

  static final LoadReport NONE =
      new LoadReport(State.NONE, null, null, null, 0, null, null, 0, null, List.of());

  LoadReport {
    rows = List.copyOf(rows);
  }

  /** What has become of the run. */
  enum State {
    NONE,
    RUNNING,
    DONE,
    CANCELLED,
    FAILED
  }

  /**
   * A load that was offered, and what came of it. {@code sent = answered + refused + expired +
   * failed}.
   *
   * @param percentOfPeak what was offered of it
   * @param offeredPerSecond requests that were to be sent in a second
   * @param seconds how long
   * @param answeredPerSecond within the time and their deadline
   * @param p50Ms what half of the answers took at most, from when they should have been sent; null
   *     without answers
   * @param meanBatch requests that shared a run; null without answers
   */
  record Row(
      String level,
      int percentOfPeak,
      double offeredPerSecond,
      double seconds,
      long sent,
      long answered,
      long refused,
      long expired,
      long failed,
      double answeredPerSecond,
      Double p50Ms,
      Double p95Ms,
      Double p99Ms,
      Double meanBatch) {

    static Row of(LoadLevel level, double offered, Measurement measured) {
      return new Row(
          level.title(),
          level.percentOfPeak(),
          offered,
          measured.seconds(),
          measured.totals().allSent(),
          measured.totals().of(Outcome.ANSWERED),
          measured.totals().of(Outcome.REJECTED),
          measured.totals().of(Outcome.EXPIRED),
          measured.totals().of(Outcome.FAILED),
          measured.goodput(),
          known(measured.answered().millis(50)),
          known(measured.answered().millis(95)),
          known(measured.answered().millis(99)),
          known(measured.served().meanBatch()));
    }

    private static Double known(double value) {
      return Double.isFinite(value) ? value : null;
    }
  }
}
