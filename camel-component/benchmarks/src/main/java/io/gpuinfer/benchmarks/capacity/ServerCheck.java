package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.benchmarks.Progress;
import io.gpuinfer.benchmarks.Spread;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.load.Neighbours;
import io.gpuinfer.serving.capacity.CapacityPlanner;
import io.gpuinfer.serving.capacity.Demand;
import io.gpuinfer.serving.capacity.ModelCost;
import io.gpuinfer.serving.capacity.ModelForecast;
import io.gpuinfer.serving.capacity.Workload;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Holds forecasts against the server: so many callers, for some rounds in which all numbers of
 * callers take turns. Each round has a forecast of its own, of batches timed before, between and
 * after the turns, since a machine that others use, too, is another one a minute later.
 *
 * @param planner makes the forecasts
 * @param rounds how often each number of callers is tried
 * @param progress is told how far it is
 */
record ServerCheck(CapacityPlanner planner, int rounds, Progress progress) {

  /** How far off the peak may be forecast. */
  static final double ACCEPTED = 0.15;

  /** A turn lasts so long, or until each of the most callers may have had so many answers. */
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(3);

  private static final int ANSWERS = 4;
  private static final String ROW = "  %7s %27s %18s %13s %17s %17s%n";

  /** A number of callers in one round. */
  record Turn(ModelForecast forecast, ClosedLoop.Outcome outcome) {

    /** Forecast over measured throughput. */
    double ratio() {
      return forecast.itemsPerSecond() / outcome.itemsPerSecond();
    }
  }

  /** A number of callers in all rounds. */
  record Line(int callers, List<Turn> turns) {

    Spread of(ToDoubleFunction<Turn> figure) {
      return Spread.of(turns.stream().mapToDouble(figure).toArray());
    }
  }

  /**
   * What a model was checked for.
   *
   * @param lines by rising number of callers; the last has so many that all batches are full
   * @param others share of the processors that other programs took
   */
  record Result(String model, List<Line> lines, double others) {

    /** Whether the peak was forecast well enough. */
    boolean isAccepted() {
      double ratio = lines.get(lines.size() - 1).of(Turn::ratio).median();
      return Math.abs(ratio - 1) <= ACCEPTED;
    }
  }

  /**
   * Checks one model.
   *
   * @param cost of the model, roughly
   * @param session of the model; it is closed
   * @param measurement of the same session
   * @param callers a number that is of interest
   */
  Result check(
      ModelCost cost,
      InferenceSession session,
      CostMeasurement measurement,
      List<SampleKind> kinds,
      int callers) {
    int maxBatch = cost.maxBatchSize();
    int many = Math.max(callers, 2 * maxBatch * kinds.size());
    long nanos = Math.max(LEAST_NANOS, (long) (ANSWERS * many / cost.peakPerSecond() * 1e9));
    Map<Integer, List<Turn>> turns = new TreeMap<>();
    for (int count : List.of(1, callers, many)) {
      turns.put(count, new ArrayList<>());
    }
    Neighbours neighbours = new Neighbours();
    try (ServerUnderCheck server = new ServerUnderCheck(cost.name(), session, maxBatch, many)) {
      ClosedLoop loop = new ClosedLoop(server, kinds);
      progress.step(cost.name() + ": checking with " + turns.keySet() + " callers");
      loop.run(many, nanos, 0); // compiles Java code, fills the pools
      neighbours.share();
      for (int round = 1; round <= rounds; round++) {
        round(loop, measurement, nanos, round, turns);
        progress.advanced(round, rounds);
      }
    }
    List<Line> lines = new ArrayList<>();
    turns.forEach((count, all) -> lines.add(new Line(count, all)));
    return new Result(cost.name(), lines, neighbours.share());
  }

  private void round(
      ClosedLoop loop,
      CostMeasurement measurement,
      long nanos,
      int seed,
      Map<Integer, List<Turn>> turns) {
    Map<Integer, ClosedLoop.Outcome> outcomes = new TreeMap<>();
    measurement.restart();
    measurement.round();
    for (int count : turns.keySet()) {
      outcomes.put(count, loop.run(count, nanos, seed));
      measurement.round();
    }
    ModelCost cost = measurement.result().cost();
    outcomes.forEach(
        (count, outcome) -> {
          Demand demand = Demand.closedLoop(cost, count);
          Workload workload = new Workload(List.of(demand), Optional.empty());
          ModelForecast forecast = planner.forecast(workload, 1).models().get(0);
          turns.get(count).add(new Turn(forecast, outcome));
        });
  }

  static void print(Result result, PrintStream out) {
    out.println();
    out.print(
        format(
            "%s, forecast / measured; medians (10th–90th percentile of %d rounds); others had"
                + " %.0f%% of the processors%n",
            result.model(), result.lines().get(0).turns().size(), 100 * result.others()));
    out.print(format(ROW, "callers", "items/s", "ratio", "batch", "p50 ms", "p99 ms"));
    for (Line line : result.lines()) {
      Spread ratio = line.of(Turn::ratio);
      Spread measured = line.of(turn -> turn.outcome().itemsPerSecond());
      out.print(
          format(
              ROW,
              line.callers(),
              format(
                  "%.1f / %.1f (%.1f–%.1f)",
                  line.of(turn -> turn.forecast().itemsPerSecond()).median(),
                  measured.median(),
                  measured.low(),
                  measured.high()),
              format("%.2f (%.2f–%.2f)", ratio.median(), ratio.low(), ratio.high()),
              pair(line, turn -> turn.forecast().meanBatch(), turn -> turn.outcome().meanBatch()),
              pair(
                  line,
                  turn -> turn.forecast().latency().p50Nanos() / 1e6,
                  turn -> turn.outcome().p50Nanos() / 1e6),
              pair(
                  line,
                  turn -> turn.forecast().latency().p99Nanos() / 1e6,
                  turn -> turn.outcome().p99Nanos() / 1e6)));
    }
    out.println(
        result.isAccepted()
            ? "  The peak was forecast within 15%"
            : "  The peak was not forecast within 15%");
  }

  static Map<String, Object> json(Result result) {
    List<Object> lines = new ArrayList<>();
    for (Line line : result.lines()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("callers", line.callers());
      json.put("forecast", json(line, turn -> turn.forecast().itemsPerSecond()));
      json.put("measured", json(line, turn -> turn.outcome().itemsPerSecond()));
      json.put("ratio", json(line, Turn::ratio));
      json.put("forecastBatch", json(line, turn -> turn.forecast().meanBatch()));
      json.put("measuredBatch", json(line, turn -> turn.outcome().meanBatch()));
      json.put("forecastP99Millis", json(line, turn -> turn.forecast().latency().p99Nanos() / 1e6));
      json.put("measuredP99Millis", json(line, turn -> turn.outcome().p99Nanos() / 1e6));
      lines.add(json);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", result.model());
    json.put("accepted", result.isAccepted());
    json.put("others", result.others());
    json.put("lines", lines);
    return json;
  }

  private static Map<String, Object> json(Line line, ToDoubleFunction<Turn> figure) {
    Spread spread = line.of(figure);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("p10", spread.low());
    json.put("median", spread.median());
    json.put("p90", spread.high());
    return json;
  }

  private static String pair(
      Line line, ToDoubleFunction<Turn> forecast, ToDoubleFunction<Turn> measured) {
    return format("%.1f / %.1f", line.of(forecast).median(), line.of(measured).median());
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
