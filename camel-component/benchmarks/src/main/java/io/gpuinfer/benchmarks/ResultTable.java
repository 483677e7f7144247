package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.SessionDescription;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints a line for each workload as it is done, as Markdown whose columns also line up. */
final class ResultTable {

  private static final String ROW =
      "| %-18s | %-13s | %6s | %7s | %-19s | %7s | %-19s | %-18s | %-5s | %6s |%n";

  private final PrintStream stream;
  private final Map<String, List<Double>> ratios = new LinkedHashMap<>();

  ResultTable(PrintStream stream) {
    this.stream = stream;
    row(
        "model",
        "shape",
        "passes",
        "GFLOP",
        "ours, ms",
        "GFLOP/s",
        "ONNX Runtime, ms",
        "ratio",
        "error",
        "others");
    row("---", "---", "---:", "---:", "---", "---:", "---", "---", "---", "---:");
  }

  void add(
      BenchmarkModel model,
      Workload workload,
      SessionDescription cost,
      Comparison times,
      double error) {
    Spread pairs = times.pairs();
    row(
        model.name(),
        workload.shape(),
        cost.passes(),
        format("%.2f", cost.flops() / 1e9),
        millis(times.ours()),
        format("%.0f", cost.flops() / 1e6 / times.ours().median()),
        millis(times.theirs()),
        format("%.2f (%.2f–%.2f)", times.ratio(), pairs.low(), pairs.high()),
        format("%.0e", error),
        format("%.0f%%", times.others() * 100));
    ratios.computeIfAbsent(model.name(), name -> new ArrayList<>()).add(times.ratio());
  }

  /** Ends the table with the mean ratio of each model. */
  void end() {
    stream.println();
    ratios.forEach(
        (name, values) ->
            stream.println(
                format("%s: geometric mean of %d ratios %.2f", name, values.size(), mean(values))));
  }

  private static double mean(List<Double> values) {
    return Math.exp(values.stream().mapToDouble(Math::log).average().orElseThrow());
  }

  private static String millis(Spread spread) {
    // As many digits as mean something.
    String one = spread.median() < 10 ? "%.2f" : spread.median() < 100 ? "%.1f" : "%.0f";
    return format(one + " (" + one + "–" + one + ")", spread.median(), spread.low(), spread.high());
  }

  private void row(Object... cells) {
    stream.print(format(ROW, cells));
    stream.flush();
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
