package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.opencl.OpenClEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks the engine on a machine's first device against answers in files, and then times it. */
public final class PackCheck implements LoadedWorkloads {

  private final Path answers;
  private final PrintStream results;
  private boolean agreed = true;
  private int checked;

  private PackCheck(Path answers, PrintStream results) {
    this.answers = answers;
    this.results = results;
  }

  /** Takes the folder of the answers, and the options of {@link EngineBenchmark}. */
  public static void main(String[] args) throws IOException {
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    EngineOptions options;
    try {
      options = EngineOptions.parse(Arrays.copyOfRange(args, 1, args.length));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    System.exit(new PackCheck(Path.of(args[0]), results).run(options));
  }

  /**
   * Exit code 0 when all workloads agreed and ran, 1 when some did not or there is no device, 2
   * when the options ask for no workload.
   */
  private int run(EngineOptions options) throws IOException {
    OpenClEngine engine = new OpenClEngine();
    if (engine.devices().isEmpty()) {
      results.println("There is no OpenCL device");
      return 1;
    }
    results.println("Devices, of which the first is used:");
    engine.devices().forEach(device -> results.println("  " + device));
    results.println();
    List<BenchmarkModel> models = Models.seeded(new Progress(System.err));
    for (DeviceClass kernels : classes(engine.devices().get(0), options)) {
      results.println("Errors with " + kernels + " kernels, against ONNX Runtime:");
      LoadedWorkloads.each(engine, options.with(kernels), models, this);
      results.println();
    }
    if (checked == 0) {
      results.println("No workload contains \"" + options.only() + "\"");
      return 2;
    }
    boolean complete = new DeviceReport(engine, options, results).on(models);
    results.println(agreed ? "All answers agree" : "SOME ANSWERS DISAGREE, see above");
    return agreed && complete ? 0 : 1;
  }

  /** The kernels to check: on a processor, where both can run, those of GPUs too. */
  private static List<DeviceClass> classes(DeviceInfo device, EngineOptions options) {
    Optional<DeviceClass> forced = options.deviceClass();
    if (forced.isPresent()) {
      return List.of(forced.get());
    }
    return device.kind() == DeviceKind.OPENCL_CPU
        ? List.of(DeviceClass.SIMD, DeviceClass.SIMT)
        : List.of(DeviceClass.SIMT);
  }

  @Override
  public void visit(String title, InferenceSession session, Workload workload) throws IOException {
    checked++;
    double error =
        ExpectedAnswers.error(PackFiles.answers(answers, title), session.run(workload.inputs()));
    boolean accepted = error <= WorstError.ACCEPTED;
    agreed &= accepted;
    results.printf(Locale.ROOT, "  %-40s %8.0e %s%n", title, error, accepted ? "" : "DISAGREES");
  }

  @Override
  public void failed(String model, GpuInferException reason) {
    checked++;
    agreed = false;
    results.println("  " + model + ": FAILED: " + reason.getMessage());
  }
}
