package io.gpuinfer.benchmarks.load;

import io.gpuinfer.benchmarks.Spread;
import io.gpuinfer.load.Measurement;
import io.gpuinfer.load.Outcome;
import io.gpuinfer.load.ServedTimes;
import io.gpuinfer.load.Totals;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of a run of the load lab. */
final class Tables {

  private static final String NONE = "–";

  private Tables() {}

  /** All that there is something to say in. */
  static List<Table> of(LabResults results) {
    List<Table> tables = new ArrayList<>();
    tables.add(outcomes(results));
    tables.add(inside(results));
    if (!results.contest().rounds().isEmpty()) {
      tables.add(contest(results.contest()));
      tables.add(rounds(results.contest()));
    }
    tables.add(ownCosts(results.ownCosts()));
    return tables;
  }

  private static Table outcomes(LabResults results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(outcomes("peak", NONE, results.peak(), results.peak()));
    for (Level level : results.levels()) {
      rows.add(
          outcomes(
              level.name(), format("%.1f", level.offered()), level.measured(), results.peak()));
    }
    return new Table(
        "What became of the requests; times in ms",
        List.of(
            "load",
            "offered/s",
            "goodput/s",
            "of peak",
            "sent",
            "answered",
            "rejected",
            "expired",
            "failed",
            "p50",
            "p90",
            "p95",
            "p99",
            "others"),
        rows);
  }

  private static List<String> outcomes(
      String name, String offered, Measurement measured, Measurement peak) {
    Totals totals = measured.totals();
    return List.of(
        name,
        offered,
        format("%.1f", measured.goodput()),
        format("%.0f%%", 100 * measured.goodput() / peak.goodput()),
        String.valueOf(totals.allSent()),
        String.valueOf(totals.of(Outcome.ANSWERED)),
        String.valueOf(totals.of(Outcome.REJECTED)),
        String.valueOf(totals.of(Outcome.EXPIRED)),
        String.valueOf(totals.of(Outcome.FAILED)),
        millis(measured.answered().millis(50)),
        millis(measured.answered().millis(90)),
        millis(measured.answered().millis(95)),
        millis(measured.answered().millis(99)),
        format("%.0f%%", 100 * measured.others()));
  }

  private static Table inside(LabResults results) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(inside("peak", results.peak()));
    results.levels().forEach(level -> rows.add(inside(level.name(), level.measured())));
    return new Table(
        "How they were served; times in ms, lag and refusals in µs",
        List.of(
            "load",
            "p99 high",
            "normal",
            "low",
            "answered high",
            "normal",
            "low",
            "batch",
            "queue",
            "transfer",
            "compute",
            "refusal p50",
            "lag p99",
            "states"),
        rows);
  }

  private static List<String> inside(String name, Measurement measured) {
    ServedTimes.Sums served = measured.served();
    List<String> cells = new ArrayList<>();
    cells.add(name);
    for (Priority priority : Priority.values()) {
      cells.add(millis(measured.answeredByPriority().get(priority).millis(99)));
    }
    for (Priority priority : Priority.values()) {
      cells.add(answeredShare(measured.totals(), priority));
    }
    cells.add(format("%.1f", served.meanBatch()));
    cells.add(millis(served.meanQueueMillis()));
    cells.add(millis(served.meanTransferMillis()));
    cells.add(millis(served.meanComputeMillis()));
    cells.add(whole(measured.refused().micros(50)));
    cells.add(whole(measured.lag().micros(99)));
    cells.add(states(measured.states()));
    return cells;
  }

  private static String answeredShare(Totals totals, Priority priority) {
    long sent = totals.sent().get(priority);
    return sent == 0
        ? NONE
        : format("%.0f%%", 100.0 * totals.of(priority, Outcome.ANSWERED) / sent);
  }

  /** Shares of the answers, without the states that none told. */
  private static String states(Map<ServerState, Long> counts) {
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    return counts.entrySet().stream()
        .filter(state -> state.getValue() > 0)
        .map(state -> format("%s %.0f%%", state.getKey(), 100.0 * state.getValue() / all))
        .collect(Collectors.joining(", "));
  }

  private static Table contest(Contest.Result contest) {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < contest.contestants().size(); i++) {
      rows.add(
          List.of(
              contest.contestants().get(i).name(),
              spread("%.1f", contest.goodput(i)),
              spread("%.0f", contest.latency(i, 50)),
              spread("%.0f", contest.latency(i, 99)),
              i == 0 ? NONE : spread("%.2f", contest.throughputRatio(i)),
              i == 0 ? NONE : spread("%.2f", contest.latencyRatio(i))));
    }
    return new Table(
        format("Beside others, %d rounds; medians (10th–90th percentile)", contest.rounds().size()),
        List.of(
            "route",
            "requests/s",
            "p50, ms",
            "p99, ms",
            "our requests/s over theirs",
            "their p99 over ours"),
        rows);
  }

  private static Table rounds(Contest.Result contest) {
    List<String> header = new ArrayList<>(List.of("round"));
    contest.contestants().forEach(contestant -> header.add(contestant.name()));
    contest.contestants().stream()
        .skip(1)
        .forEach(contestant -> header.add("over " + contestant.name()));
    header.add("others");
    List<List<String>> rows = new ArrayList<>();
    for (List<Measurement> turns : contest.rounds()) {
      List<String> cells = new ArrayList<>();
      cells.add(String.valueOf(rows.size() + 1));
      turns.forEach(turn -> cells.add(format("%.1f", turn.goodput())));
      turns.stream()
          .skip(1)
          .forEach(turn -> cells.add(format("%.2f", turns.get(0).goodput() / turn.goodput())));
      double others = turns.stream().mapToDouble(Measurement::others).max().orElse(0);
      cells.add(format("%.0f%%", 100 * others));
      rows.add(cells);
    }
    return new Table("Round by round: requests/s, and ours over theirs", header, rows);
  }

  private static Table ownCosts(List<OwnCost> costs) {
    List<List<String>> rows = new ArrayList<>();
    for (OwnCost cost : costs) {
      rows.add(
          List.of(
              cost.task(),
              whole(cost.own().micros(50)),
              whole(cost.own().micros(90)),
              whole(cost.queue().micros(50)),
              whole(cost.compute().micros(50)),
              whole(cost.total().micros(50))));
    }
    return new Table(
        "What the component takes of one request at a time, in µs",
        List.of("task", "own p50", "own p90", "queue p50", "device p50", "in all p50"),
        rows);
  }

  /** The memory over a soak. */
  static Table soak(Soak.Result soak) {
    return new Table(
        format(
            "Memory under full load, %d samples; MiB, the trend without the first fifth",
            soak.samples().size()),
        List.of("memory", "first", "last", "median", "MiB/min", "change in all"),
        List.of(
            trend("heap after collection", soak.heap()),
            trend("process (resident)", soak.resident())));
  }

  private static List<String> trend(String name, Trend trend) {
    return List.of(
        name,
        mebibytes(trend.first()),
        mebibytes(trend.last()),
        mebibytes(trend.median()),
        format("%+.2f", trend.slope() * 60 / 0x1p20),
        format("%+.2f", trend.change() / 0x1p20));
  }

  private static String mebibytes(double bytes) {
    return format("%.1f", bytes / 0x1p20);
  }

  private static String spread(String one, Spread spread) {
    return format(one + " (" + one + "–" + one + ")", spread.median(), spread.low(), spread.high());
  }

  /** As many digits as mean something. */
  private static String millis(double value) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    return format(value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  private static String whole(double value) {
    return Double.isNaN(value) ? NONE : format("%.0f", value);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
