package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.benchmarks.Progress;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.opencl.DevicePeaks;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.serving.capacity.CapacityPlanner;
import io.gpuinfer.serving.capacity.Demand;
import io.gpuinfer.serving.capacity.Roofline;
import io.gpuinfer.serving.capacity.Workload;
import io.gpuinfer.serving.device.ChosenDevice;
import io.gpuinfer.serving.device.DevicePolicy;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Measures models on a device, and says what a workload takes. */
public final class CapacityProgram {

  private static final double MOST_LOAD = 0.8;
  private static final long SEED = 1;
  private static final long BUDGET_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final int FEWEST_ROUNDS = 7;

  private final CapacityOptions options;
  private final PrintStream results;
  private final Progress progress;
  private final List<ServerCheck.Result> checks = new ArrayList<>();

  private CapacityProgram(CapacityOptions options, PrintStream results, PrintStream messages) {
    this.options = options;
    this.results = results;
    this.progress = new Progress(messages);
  }

  public static void main(String[] args) {
    // A JVM before 18 writes in the locale's encoding, which may lack some of the signs.
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream messages = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(results, messages, args));
  }

  /**
   * Exit code 0 when a plan was made, 1 when a model could not be measured or the check failed, 2
   * for arguments that make no sense.
   */
  static int run(PrintStream results, PrintStream messages, String... args) {
    CapacityOptions options;
    try {
      options = CapacityOptions.parse(args);
    } catch (IllegalArgumentException e) {
      messages.println(e.getMessage());
      return 2;
    }
    try {
      return new CapacityProgram(options, results, messages).run();
    } catch (GpuInferException | IllegalArgumentException e) {
      messages.println(e.getMessage());
      return 1;
    }
  }

  private int run() {
    ChosenDevice device = DevicePolicy.installed().choose(options.device());
    long bytes = options.otherBytes() > 0 ? options.otherBytes() : device.device().memoryBytes();
    CapacityPlanner planner = new CapacityPlanner(bytes, MOST_LOAD, SEED);
    List<SelectedModel> selected = SelectedModel.of(options);
    List<MeasuredModel> models =
        selected.stream().map(model -> measure(model, device, planner)).toList();
    String name = "Device: " + device.device();
    if (options.other().isPresent()) {
      Roofline here = peaks(device.device());
      Roofline there = options.other().get();
      models = models.stream().map(model -> model.with(here.scale(model.cost(), there))).toList();
      name = estimate(there, here);
    }
    List<Demand> demands = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      demands.add(demand(selected.get(i), models.get(i)));
    }
    Workload workload = new Workload(demands, options.deadline());
    PlanReport report = new PlanReport(name, models, workload, planner.plan(workload));
    if (options.json()) {
      Map<String, Object> json = new LinkedHashMap<>(report.json());
      if (options.check()) {
        json.put("checks", checks.stream().map(ServerCheck::json).toList());
      }
      results.println(Json.of(json));
    } else {
      report.print(results);
      checks.forEach(check -> ServerCheck.print(check, results));
    }
    return checks.stream().allMatch(ServerCheck.Result::isAccepted) ? 0 : 1;
  }

  private MeasuredModel measure(
      SelectedModel selected, ChosenDevice device, CapacityPlanner planner) {
    progress.step(selected.name() + ": loading");
    InferenceSession session = device.load(selected.source(), LoadOptions.builder());
    try {
      List<SampleKind> kinds = SampleKind.of(session, options.tokens(), selected.shape());
      progress.step(selected.name() + ": timing batches");
      CostMeasurement measurement =
          new CostMeasurement(selected.name(), session, kinds, selected.maxBatch());
      time(measurement);
      MeasuredModel measured = measurement.result();
      if (options.check()) {
        checks.add(
            new ServerCheck(planner, options.rounds(), progress)
                .check(measured.cost(), session, measurement, kinds, options.concurrency()));
      }
      return measured;
    } finally {
      session.close();
    }
  }

  private void time(CostMeasurement measurement) {
    long start = System.nanoTime();
    int round = 0;
    while (round < FEWEST_ROUNDS
        || (measurement.hasRoom() && System.nanoTime() - start < BUDGET_NANOS)) {
      measurement.round();
      round++;
      long expected = round * BUDGET_NANOS / (System.nanoTime() - start);
      progress.advanced(round, (int) Math.max(round, Math.max(FEWEST_ROUNDS, expected)));
    }
  }

  private Demand demand(SelectedModel selected, MeasuredModel model) {
    return new Demand(
        model.cost(),
        options.items() * selected.itemsPerRequest(),
        options.concurrency(),
        options.rate() * selected.itemsPerRequest());
  }

  private Roofline peaks(DeviceInfo device) {
    progress.step("Measuring the device's peaks");
    DevicePeaks peaks = new OpenClEngine().peaks(device.index());
    return new Roofline(peaks.flopsPerSecond(), peaks.bytesPerSecond());
  }

  private static String estimate(Roofline there, Roofline here) {
    return String.format(
        Locale.ROOT,
        "An ESTIMATE for a device of %.0f GFLOP/s and %.0f GB/s, from one of %.0f GFLOP/s and"
            + " %.1f GB/s: its kernels are supposed to come as near to its peaks",
        there.flopsPerSecond() / 1e9,
        there.bytesPerSecond() / 1e9,
        here.flopsPerSecond() / 1e9,
        here.bytesPerSecond() / 1e9);
  }
}
