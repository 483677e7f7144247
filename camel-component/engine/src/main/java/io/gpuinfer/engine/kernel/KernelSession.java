package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import com.aparapi.Range;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceCode;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InputCheck;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.SessionGate;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A user's kernel on one device. */
final class KernelSession implements InferenceSession {

  private final String name;
  private final Kernel kernel;
  private final KernelFields fields;
  private final KernelRun run;
  private final InputCheck check;
  private final SessionGate gate;

  /** For whoever asks while the next one is going on. */
  private volatile Execution last;

  /**
   * @param name for messages
   * @param kernel a {@link RouteKernel} that nobody else uses
   * @param run runs it
   */
  KernelSession(String name, Kernel kernel, KernelFields fields, KernelRun run) {
    this.name = name;
    this.kernel = kernel;
    this.fields = fields;
    this.run = run;
    this.check = new InputCheck(fields.inputs());
    this.gate = new SessionGate(name, run::close);
    this.last = execution(0, 0, 0, 0, 0);
  }

  @Override
  public List<TensorInfo> inputs() {
    return fields.inputs();
  }

  @Override
  public List<TensorInfo> outputs() {
    return fields.outputs();
  }

  @Override
  public DeviceInfo device() {
    return run.device();
  }

  @Override
  public RunResult execute(Map<String, Tensor> inputs, RunOptions options) {
    return gate.run(options, () -> executeNow(inputs, options));
  }

  private RunResult executeNow(Map<String, Tensor> inputs, RunOptions options) {
    check.check(inputs);
    long began = System.nanoTime();
    if (options.cancelled().getAsBoolean()
        || (options.deadlineNanos() != Long.MAX_VALUE && began - options.deadlineNanos() >= 0)) {
      throw new DeadlineExceededException("The deadline passed before the kernel ran");
    }
    fields.set(kernel, inputs);
    RouteKernel route = (RouteKernel) kernel;
    Range range = checked(route.prepare());
    int passes = route.passes();
    if (passes < 1) {
      throw new GpuInferException("Kernel %s asks for %d passes".formatted(type(), passes));
    }
    long ready = System.nanoTime();
    run.run(range, passes);
    long ran = System.nanoTime();
    Map<String, Tensor> outputs = fields.get(kernel);
    long bytes = Stream.of(inputs, outputs).mapToLong(KernelSession::bytes).sum();
    last = execution(bytes, passes, ready - began, ran - ready, System.nanoTime() - ran);
    return new RunResult(outputs, last);
  }

  private Range checked(Range range) {
    if (range == null) {
      throw new GpuInferException("Kernel %s prepared no range".formatted(type()));
    }
    if (range.getDevice() != null) {
      throw new GpuInferException(
          "Kernel %s prepared a range for a device of its own; leave the device out"
              .formatted(type()));
    }
    long items = 1;
    for (int axis = 0; axis < range.getDims(); axis++) {
      items *= Math.max(0, range.getGlobalSize(axis));
    }
    if (items < 1 || items > Integer.MAX_VALUE || !range.isValid()) {
      throw new GpuInferException(
          "Kernel %s prepared a range that cannot be run: %s; each extent must be above 0, a"
                  .formatted(type(), range)
              + " multiple of its group, and all work items together below 2^31");
    }
    return range;
  }

  private String type() {
    return kernel.getClass().getName();
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(t -> (long) t.size() * t.type().bytes()).sum();
  }

  private Execution execution(
      long bytes, int passes, long inputNanos, long computeNanos, long outputNanos) {
    return new Execution(
        run.device(), 1, 1, 0, 0, bytes, passes, 0, inputNanos, computeNanos, outputNanos);
  }

  @Override
  public SessionDescription describe() {
    Execution ran = last;
    return new SessionDescription(
        name,
        run.engine(),
        run.device(),
        fields.inputs(),
        fields.outputs(),
        0,
        0,
        0,
        ran.bytes(),
        ran.passes(),
        1,
        run.code().isPresent() ? 1 : 0,
        0,
        List.of());
  }

  @Override
  public Optional<DeviceCode> code() {
    return run.code();
  }

  /** A kernel is not known to check its values, and a device does not check indices. */
  @Override
  public boolean takesMadeUpInputs() {
    return false;
  }

  @Override
  public void close() {
    gate.close();
  }
}
