package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.PassTime;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.opencl.DevicePeaks;
import io.gpuinfer.engine.opencl.OpenClEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How near each kernel comes to what the first device can do. */
public final class DeviceReport implements LoadedWorkloads {

  private static final String ROW = "  %-14s %6s %10s %7s %9s %7s %8s %7s%n";

  private final OpenClEngine engine;
  private final EngineOptions options;
  private final PrintStream results;
  private final DevicePeaks peaks;
  private boolean complete = true;

  /**
   * @param options which workloads and how often; {@code threads} has no meaning here
   */
  DeviceReport(OpenClEngine engine, EngineOptions options, PrintStream results) {
    this.engine = engine;
    this.options = options;
    this.results = results;
    this.peaks = engine.peaks(0);
  }

  /** Exit code 0 when all workloads ran, 1 when some did not, 2 for arguments without sense. */
  public static void main(String[] args) throws IOException {
    EngineOptions options;
    try {
      options = EngineOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    DeviceReport report = new DeviceReport(new OpenClEngine(), options, results);
    System.exit(report.on(Models.present(new Progress(System.err))) ? 0 : 1);
  }

  /**
   * Prints what the models come to.
   *
   * @return whether all of them ran
   */
  boolean on(List<BenchmarkModel> models) throws IOException {
    DeviceInfo device = engine.devices().get(0);
    results.println("Device: " + device);
    if (device.kind() != DeviceKind.GPU) {
      results.println("This is no GPU: the figures are those of the processor");
    }
    print(
        "Peaks, measured now: %.0f GFLOP/s of multiply-adds, %.1f GB/s of copying%n%n",
        peaks.flopsPerSecond() / 1e9, peaks.bytesPerSecond() / 1e9);
    LoadedWorkloads.each(engine, options, models, this);
    return complete;
  }

  @Override
  public void failed(String model, GpuInferException reason) {
    complete = false;
    results.println(model + ": " + reason.getMessage());
  }

  @Override
  public void visit(String title, InferenceSession session, Workload workload) {
    double whole = median(session, workload);
    List<PassTime> passes = EngineProfile.median(session, workload, options.rounds()).passes();
    SessionDescription cost = session.describe();
    double flops = cost.flops();
    print(
        "%s: %.2f ms, %d passes, %.0f GFLOP/s (%.0f%% of the peak)%n",
        title,
        whole / 1e6,
        passes.size(),
        flops / whole,
        percent(flops / whole, peaks.flopsPerSecond()));
    print(
        "  %.2f GFLOP, %.1f MB read and written, %.1f MB of weights, %.1f MB of arena%n",
        flops / 1e9, cost.bytes() / 1e6, cost.weightBytes() / 1e6, cost.arenaBytes() / 1e6);
    print(ROW, "kernel", "passes", "us", "share", "GFLOP/s", "of peak", "GB/s", "of peak");
    Map<String, List<PassTime>> kernels =
        passes.stream()
            .collect(Collectors.groupingBy(PassTime::kernel, TreeMap::new, Collectors.toList()));
    double apart = sum(passes);
    kernels.forEach((kernel, own) -> row(kernel, own, apart));
    print(
        "  Passes in calls of their own: %.0f us in all; in one run: %.0f us%n%n",
        apart / 1e3, whole / 1e3);
  }

  private void row(String kernel, List<PassTime> passes, double all) {
    double nanos = sum(passes);
    double flops = passes.stream().mapToDouble(PassTime::flops).sum() / nanos;
    double bytes = passes.stream().mapToDouble(PassTime::bytes).sum() / nanos;
    print(
        ROW,
        kernel,
        passes.size(),
        format("%.0f", nanos / 1e3),
        format("%.1f%%", 100 * nanos / all),
        format("%.1f", flops),
        format("%.0f%%", percent(flops, peaks.flopsPerSecond())),
        format("%.1f", bytes),
        format("%.0f%%", percent(bytes, peaks.bytesPerSecond())));
  }

  private double median(InferenceSession session, Workload workload) {
    double[] nanos = new double[options.rounds()];
    for (int i = 0; i < nanos.length; i++) {
      session.run(workload.inputs());
      long start = System.nanoTime();
      session.run(workload.inputs());
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  private static double sum(List<PassTime> passes) {
    return Math.max(1, passes.stream().mapToLong(PassTime::nanos).sum());
  }

  private static double percent(double perNano, double peakPerSecond) {
    return 100 * perNano * 1e9 / peakPerSecond;
  }

  private void print(String pattern, Object... values) {
    results.print(format(pattern, values));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
