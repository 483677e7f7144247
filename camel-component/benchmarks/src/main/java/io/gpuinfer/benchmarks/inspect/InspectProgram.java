package io.gpuinfer.benchmarks.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.gpuinfer.benchmarks.Progress;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.opencl.DevicePeaks;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.onnxruntime.OnnxRuntimeEngine;
import io.gpuinfer.serving.capacity.Roofline;
import io.gpuinfer.tasks.inspect.Inspection;
import io.gpuinfer.tasks.inspect.ModelInspector;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Says what is to be known of a model before it is served. */
public final class InspectProgram {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final OpenClEngine opencl = new OpenClEngine();
  private final Map<DeviceInfo, Roofline> peaks = new HashMap<>();
  private final Progress progress;

  private InspectProgram(PrintStream messages) {
    this.progress = new Progress(messages);
  }

  public static void main(String[] args) {
    // A JVM before 18 writes in the locale's encoding, which may lack some of the signs.
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream messages = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(results, messages, args));
  }

  /**
   * Exit code 0 when a device of this machine would run the model, 1 when none would or there is no
   * such model, 2 for arguments that make no sense.
   */
  static int run(PrintStream results, PrintStream messages, String... args) {
    InspectOptions options;
    try {
      options = InspectOptions.parse(args);
    } catch (IllegalArgumentException e) {
      messages.println(e.getMessage());
      return 2;
    }
    try {
      Inspection inspection = new InspectProgram(messages).inspect(options);
      if (options.json()) {
        results.println(JSON.writeValueAsString(inspection));
      } else {
        new InspectionPage(results).print(inspection);
      }
      return inspection.runsSomewhere() ? 0 : 1;
    } catch (InvalidInputException e) {
      messages.println(e.getMessage());
      return 2;
    } catch (GpuInferException e) {
      messages.println(e.getMessage());
      return 1;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An inspection is plain data", e);
    }
  }

  private Inspection inspect(InspectOptions options) {
    progress.step("Asking this machine's devices about " + options.model());
    return new ModelInspector(
            opencl,
            new OnnxRuntimeEngine(),
            device -> options.peaks() ? Optional.of(peaks(device)) : Optional.empty())
        .inspect(NamedModel.find(options.model(), options.repository()), options.shapes());
  }

  private Roofline peaks(DeviceInfo device) {
    return peaks.computeIfAbsent(
        device,
        key -> {
          progress.step("Measuring the peaks of " + device.name());
          DevicePeaks measured = opencl.peaks(device.index());
          return new Roofline(measured.flopsPerSecond(), measured.bytesPerSecond());
        });
  }
}
