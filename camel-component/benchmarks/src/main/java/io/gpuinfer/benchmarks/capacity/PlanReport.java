package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.serving.capacity.Bound;
import io.gpuinfer.serving.capacity.CapacityPlan;
import io.gpuinfer.serving.capacity.Demand;
import io.gpuinfer.serving.capacity.Forecast;
import io.gpuinfer.serving.capacity.ItemKind;
import io.gpuinfer.serving.capacity.ModelCost;
import io.gpuinfer.serving.capacity.ModelForecast;
import io.gpuinfer.serving.capacity.Workload;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A plan for people, or as JSON.
 *
 * @param device that is planned for, in words
 * @param models as measured, or as estimated for another device
 * @param workload what was asked
 * @param plan what it takes
 */
record PlanReport(String device, List<MeasuredModel> models, Workload workload, CapacityPlan plan) {

  private static final String ROW = "  %-20s %7s %7s %9s %6s %9s %9s %9s%n";

  void print(PrintStream out) {
    out.println(device);
    models.forEach(model -> print(model, out));
    printWorkload(out);
    print(out, ROW, "model", "devices", "batch", "items/s", "busy", "p50 ms", "p90 ms", "p99 ms");
    print(plan.onOne(), out);
    if (plan.needed().devices() > 1) {
      print(plan.needed(), out);
    }
    out.println();
    out.println(verdict());
    print(out, "Memory on each device: %.0f MB%n", plan.memoryBytes() / 1e6);
    print(
        out,
        "Total work: %s = %.1f TFLOP%n",
        workload.demands().stream().map(PlanReport::product).collect(Collectors.joining(" + ")),
        plan.totalFlops() / 1e12);
    out.println(
        plan.datasets().stream()
            .map(d -> format("%.0f s on %d", d.time().toNanos() / 1e9, d.devices()))
            .collect(Collectors.joining(", ", "Time for it: ", " devices")));
  }

  private static void print(MeasuredModel model, PrintStream out) {
    ModelCost cost = model.cost();
    out.println();
    out.println(cost.name() + ", items of " + kinds(cost));
    print(
        out,
        "  complexity      %.3f GFLOP and %.1f MB read and written for an item%n",
        cost.flopsPerItem() / 1e9,
        cost.bytesPerItem() / 1e6);
    print(
        out,
        "  a               %.2f ms for an item, %.0f GFLOP/s%n",
        cost.nanosPerItem() / 1e6,
        cost.flopsPerItem() / cost.nanosPerItem());
    print(out, "  b               %.2f ms for a batch%n", cost.nanosPerBatch() / 1e6);
    print(
        out,
        "  a·n + b is off by %.0f%% at most; full batches take %.2f times as long in the"
            + " mean; others had %.0f%% of the processors%n",
        100 * model.worstError(),
        scatter(cost),
        100 * model.others());
    print(
        out,
        "  memory          %.0f MB of weights, %.1f MB for an item of a batch%n",
        cost.weightBytes() / 1e6,
        cost.workingBytesPerItem() / 1e6);
    print(
        out,
        "  peak            %.1f items/s on a device, in batches of %d%n",
        cost.peakPerSecond(),
        cost.maxBatchSize());
  }

  private static double scatter(ModelCost cost) {
    return cost.scatter()
        .at(cost.maxBatchSize() * cost.nanosPerItem() + cost.nanosPerBatch())
        .mean();
  }

  private static String kinds(ModelCost cost) {
    double shares = cost.kinds().stream().mapToDouble(ItemKind::share).sum();
    return cost.kinds().stream()
        .map(kind -> format("%s (%.0f%%)", kind.name(), 100 * kind.share() / shares))
        .collect(Collectors.joining(", "));
  }

  private void printWorkload(PrintStream out) {
    out.println();
    for (Demand demand : workload.demands()) {
      out.println(
          demand.itemsPerSecond() > 0
              ? format(
                  "Asked of %s: %.1f items/s, %.2f of a device's peak",
                  demand.model().name(),
                  demand.itemsPerSecond(),
                  demand.itemsPerSecond() / demand.model().peakPerSecond())
              : format(
                  "Asked of %s: %d callers that wait for their answers",
                  demand.model().name(), demand.concurrency()));
    }
    out.println();
  }

  private static void print(Forecast forecast, PrintStream out) {
    for (ModelForecast model : forecast.models()) {
      print(
          out,
          ROW,
          model.model(),
          forecast.devices(),
          format("%.1f", model.meanBatch()),
          format("%.1f", model.itemsPerSecond()),
          format("%.0f%%", 100 * forecast.utilisation()),
          millis(model.latency().p50Nanos()),
          millis(model.latency().p90Nanos()),
          millis(model.latency().p99Nanos()));
    }
  }

  private String verdict() {
    String deadline =
        workload.deadline().map(d -> format(" with a deadline of %d ms", d.toMillis())).orElse("");
    if (plan.devices() == 0) {
      return "No number of devices is enough" + deadline + ": " + meaning(plan.bound());
    }
    return "Devices needed" + deadline + ": " + plan.devices() + "; " + meaning(plan.bound());
  }

  private static String meaning(Bound bound) {
    return switch (bound) {
      case COMPUTE -> "the work of the items decides";
      case BATCH_OVERHEAD -> "what every batch costs decides, as batches are small";
      case MEMORY -> "the device's memory decides";
      case DEADLINE -> "the deadline decides";
    };
  }

  private static String product(Demand demand) {
    return format(
        "%.3f GFLOP × %d items × %d callers",
        demand.model().flopsPerItem() / 1e9, demand.items(), demand.concurrency());
  }

  /** The same as maps and lists; times in milliseconds, memory in bytes. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("device", device);
    json.put("models", models.stream().map(PlanReport::json).toList());
    json.put("totalFlops", plan.totalFlops());
    json.put("load", plan.load());
    json.put("memoryBytes", plan.memoryBytes());
    json.put("devices", plan.devices());
    json.put("bound", plan.bound());
    List<Object> forecasts = new ArrayList<>();
    forecasts.add(json(plan.onOne()));
    if (plan.needed().devices() > 1) {
      forecasts.add(json(plan.needed()));
    }
    json.put("forecasts", forecasts);
    json.put(
        "datasets",
        plan.datasets().stream()
            .map(d -> Map.of("devices", d.devices(), "seconds", d.time().toNanos() / 1e9))
            .toList());
    return json;
  }

  private static Map<String, Object> json(MeasuredModel model) {
    ModelCost cost = model.cost();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", cost.name());
    json.put("flopsPerItem", cost.flopsPerItem());
    json.put("bytesPerItem", cost.bytesPerItem());
    json.put("millisPerItem", cost.nanosPerItem() / 1e6);
    json.put("millisPerBatch", cost.nanosPerBatch() / 1e6);
    json.put("worstError", model.worstError());
    json.put("scatter", scatter(cost));
    json.put("weightBytes", cost.weightBytes());
    json.put("workingBytesPerItem", cost.workingBytesPerItem());
    json.put("maxBatch", cost.maxBatchSize());
    json.put("peakPerSecond", cost.peakPerSecond());
    return json;
  }

  private static Map<String, Object> json(Forecast forecast) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("devices", forecast.devices());
    json.put("utilisation", forecast.utilisation());
    json.put("overheadShare", forecast.overheadShare());
    List<Object> models = new ArrayList<>();
    for (ModelForecast model : forecast.models()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("model", model.model());
      one.put("itemsPerSecond", model.itemsPerSecond());
      one.put("meanBatch", model.meanBatch());
      one.put("meanMillis", model.latency().meanNanos() / 1e6);
      one.put("p50Millis", model.latency().p50Nanos() / 1e6);
      one.put("p90Millis", model.latency().p90Nanos() / 1e6);
      one.put("p99Millis", model.latency().p99Nanos() / 1e6);
      models.add(one);
    }
    json.put("models", models);
    return json;
  }

  private static String millis(double nanos) {
    return Double.isFinite(nanos) ? format("%.1f", nanos / 1e6) : "no end";
  }

  private static void print(PrintStream out, String pattern, Object... values) {
    out.print(format(pattern, values));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
