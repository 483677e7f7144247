package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.opencl.DevicePeaks;
import io.gpuinfer.engine.opencl.OpenClEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Races the OpenCL engine against ONNX Runtime: the same models and inputs, alternately in one
 * process, once their answers are seen to agree.
 */
public final class EngineBenchmark {

  private final EngineOptions options;
  private final PrintStream results;
  private final Progress progress;
  private final OpenClEngine engine = new OpenClEngine();
  private boolean agreed = true;

  private EngineBenchmark(EngineOptions options, PrintStream results, PrintStream messages) {
    this.options = options;
    this.results = results;
    this.progress = new Progress(messages);
  }

  public static void main(String[] args) throws IOException {
    System.exit(run(utf8(System.out), utf8(System.err), args));
  }

  // A JVM before 18 writes in the locale's encoding, which may lack the signs of the table.
  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * Exit code 0 when all answers agreed, 1 when some did not, 2 for arguments that make no sense.
   */
  static int run(PrintStream results, PrintStream messages, String... args) throws IOException {
    EngineOptions options;
    try {
      options = EngineOptions.parse(args);
    } catch (IllegalArgumentException e) {
      messages.println(e.getMessage());
      return 2;
    }
    return new EngineBenchmark(options, results, messages).run();
  }

  private int run() throws IOException {
    List<BenchmarkModel> models =
        Models.present(progress).stream()
            .map(model -> model.only(options.only()))
            .filter(model -> !model.workloads().isEmpty())
            .toList();
    if (models.isEmpty()) {
      progress.say("No workload contains \"" + options.only() + "\"");
      return 2;
    }
    if (engine.devices().isEmpty()) {
      progress.say("There is no OpenCL device");
      return 1;
    }
    describeRun();
    ResultTable table = new ResultTable(results);
    for (BenchmarkModel model : models) {
      compare(model, table);
    }
    table.end();
    return agreed ? 0 : 1;
  }

  private void describeRun() {
    DeviceInfo device = engine.devices().get(0);
    String kernels = options.deviceClass().map(forced -> ", " + forced + " kernels").orElse("");
    results.println("Device: " + device + kernels);
    results.println(
        "ONNX Runtime %s with %d threads; Java %s"
            .formatted(OnnxRuntimePeer.version(), options.threads(), Runtime.version()));
    DevicePeaks peaks = engine.peaks(0);
    results.println(
        "The device's peaks, measured now: %.0f GFLOP/s of multiply-adds, %.1f GB/s of copying"
            .formatted(peaks.flopsPerSecond() / 1e9, peaks.bytesPerSecond() / 1e9));
    results.println("%d rounds each; medians (10th–90th percentile)".formatted(options.rounds()));
    results.println();
  }

  private void compare(BenchmarkModel model, ResultTable table) throws IOException {
    progress.step(model.name() + ": loading");
    byte[] file = model.file().read();
    LoadOptions.Builder load = LoadOptions.builder();
    options.deviceClass().ifPresent(load::deviceClass);
    try (InferenceSession ours = engine.load(ModelSource.of(model.name(), file), load.build());
        OnnxRuntimePeer theirs = new OnnxRuntimePeer(file, options.threads())) {
      for (Workload workload : model.workloads()) {
        progress.step(model.title(workload));
        theirs.bind(workload.inputs());
        Map<String, Tensor> answers = ours.run(workload.inputs());
        double error =
            model.quantised()
                ? Direction.error(answers, theirs.outputs())
                : WorstError.of(answers, theirs.outputs());
        if (error > (model.quantised() ? Direction.ACCEPTED : WorstError.ACCEPTED)) {
          agreed = false;
          progress.say(model.title(workload) + ": the answers disagree");
        }
        Comparison times =
            new Race(options.rounds(), progress)
                .between(() -> ours.run(workload.inputs()), theirs::run);
        table.add(model, workload, ours.describe(), times, error);
      }
    } catch (GpuInferException e) {
      agreed = false;
      results.println(model.name() + ": " + e.getMessage());
    }
  }
}
