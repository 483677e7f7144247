package io.gpuinfer.samples.fleet.run;

import java.util.List;

/** What a run with kills says of itself. */
final class FleetReport {

  private FleetReport() {}

  static String of(KillRun.Outcome outcome, int kills) {
    return """
    %d requests, %d kills: %.0f s, %.0f answers/s with the kills
    ids lost: %d%s
    ids answered exactly once at the reader: %d, of these by dead letters: %d
    answers that the reader dropped as duplicates: %d (%.2f%%)
    a dead worker's partitions had another one after %s
    and an answer from it after %s
    """
        .formatted(
            outcome.requests(),
            kills,
            outcome.seconds(),
            outcome.requests() / outcome.seconds(),
            outcome.lost().size(),
            outcome.lost().isEmpty() ? "" : " " + outcome.lost(),
            outcome.requests() - outcome.lost().size(),
            outcome.dead(),
            outcome.duplicates(),
            100.0 * outcome.duplicates() / outcome.requests(),
            waits(outcome.rebalanceMillis()),
            waits(outcome.answerMillis()));
  }

  private static String waits(List<Long> millis) {
    if (millis.isEmpty()) {
      return "no time that was seen";
    }
    return "p50 %.1f s, p99 %.1f s, at most %.1f s (%d partitions)"
        .formatted(
            quantile(millis, 0.5), quantile(millis, 0.99), quantile(millis, 1), millis.size());
  }

  /** In seconds; of an ascending list. */
  private static double quantile(List<Long> millis, double share) {
    return millis.get((int) Math.ceil(share * millis.size()) - 1) / 1000.0;
  }
}
