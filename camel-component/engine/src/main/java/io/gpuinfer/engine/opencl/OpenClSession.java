package io.gpuinfer.engine.opencl;

import com.aparapi.device.OpenCLDevice;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.fuse.Fusions;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.operators.Specializer;
import io.gpuinfer.engine.plan.KernelSource;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.plan.Planner;
import io.gpuinfer.engine.plan.Target;
import io.gpuinfer.engine.plan.Words;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Shapes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model on one OpenCL device. */
final class OpenClSession implements InferenceSession {

  private static final Logger LOG = LoggerFactory.getLogger(OpenClSession.class);
  private static final int CACHED_PLANS = 32;
  private static final int MAX_COMPILES = 16;

  private final Graph graph;
  private final DeviceInfo device;
  private final OpenCLDevice handle;
  private final MemoryLedger ledger;
  private final LoadOptions options;
  private final DeviceClass kernels;
  private final int groups;
  private final Specializer specializer;
  private final Set<String> shapeInputs;
  private final Planner planner;
  private final Slices slices = new Slices();
  private final DeviceArrays arrays = new DeviceArrays();
  private final Map<PlanKey, Plan> plans =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PlanKey, Plan> eldest) {
          return size() > CACHED_PLANS;
        }
      };

  private PassRunner runner;
  private PassRunner.Arg[] args;
  private Plan current;
  private long held;
  private int uploadedWeights;
  private int builtFunctions = -1;
  private int builtOpcodes;
  private int compiles;
  private int runs;
  private int movedRuns;
  private long executedFlops;
  private boolean closed;

  OpenClSession(
      Graph graph,
      DeviceInfo device,
      OpenCLDevice handle,
      MemoryLedger ledger,
      LoadOptions options) {
    this.graph = graph;
    this.device = device;
    this.handle = handle;
    this.ledger = ledger;
    this.options = options;
    this.kernels = options.deviceClass().orElse(Devices.classOf(device));
    boolean shared = device.kind() == DeviceKind.OPENCL_CPU;
    this.groups = device.computeUnits() * 8;
    this.planner = new Planner(new Target(kernels, groups, shared ? 12 : 0), options.memoryReuse());
    this.specializer = new Specializer(graph);
    this.shapeInputs = specializer.shapeInputs();
  }

  /** Plans, compiles and runs the model once. */
  void warmUp() {
    run(WarmUp.inputs(graph, options.warmupShapes(), shapeInputs, this::plan), RunOptions.NONE);
    runs = 0;
  }

  @Override
  public List<TensorInfo> inputs() {
    return graph.inputs();
  }

  @Override
  public List<TensorInfo> outputs() {
    return graph.outputs();
  }

  @Override
  public DeviceInfo device() {
    return device;
  }

  @Override
  public synchronized Map<String, Tensor> run(Map<String, Tensor> inputs, RunOptions run) {
    if (closed) {
      throw new DeviceOfflineException("The session of '" + graph.name() + "' is closed");
    }
    InputCheck.check(graph, inputs);
    checkTime(run);
    Plan plan = plan(inputs);
    prepare(plan);
    for (Plan.Slot slot : plan.inputs()) {
      try {
        Words.write(inputs.get(slot.name()), arrays.in(), slot.offset());
      } catch (InvalidInputException e) {
        throw new InvalidInputException("Input '" + slot.name() + "': " + e.getMessage(), e);
      }
    }
    if (!execute(plan, run)) {
      movedRuns++;
      LOG.warn(
          "'{}': a device buffer was lost to the garbage collector; running once more",
          graph.name());
      current = null;
      prepare(plan);
      if (!execute(plan, run)) {
        throw new DeviceOfflineException(
            "'"
                + graph.name()
                + "' lost its device memory twice; run the virtual machine with -XX:+UseG1GC");
      }
    }
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Plan.Slot slot : plan.outputs()) {
      long[] shape = slot.shape().stream().mapToLong(Integer::longValue).toArray();
      outputs.put(slot.name(), Words.read(slot.type(), arrays.out(), slot.offset(), shape));
    }
    return outputs;
  }

  private Plan plan(Map<String, Tensor> inputs) {
    Map<String, List<Long>> shapes = new HashMap<>();
    Map<String, Tensor> known = new HashMap<>();
    inputs.forEach(
        (name, tensor) -> {
          shapes.put(name, Arrays.stream(tensor.shape()).boxed().toList());
          if (shapeInputs.contains(name)) {
            known.put(name, tensor);
          }
        });
    PlanKey key = new PlanKey(shapes, known);
    Plan plan = plans.get(key);
    if (plan == null) {
      Map<String, int[]> extents = new HashMap<>();
      inputs.forEach((name, tensor) -> extents.put(name, Shapes.ints(tensor.shape())));
      Program program = specializer.specialize(extents, known);
      program = options.fusion() ? Fusions.apply(program) : program;
      plan = planner.plan(program, graph.outputs().stream().map(TensorInfo::name).toList());
      plans.put(key, plan);
    }
    return plan;
  }

  /** Brings program, weights, arrays and table of the device to what the plan needs. */
  private void prepare(Plan plan) {
    boolean stale =
        runner == null
            || builtFunctions != planner.functions().count()
            || builtOpcodes != planner.opcodes().size();
    long weightElements = planner.weights().size();
    long wanted = arrays.bytesFor(plan, weightElements);
    if (wanted != held) {
      ledger.exchange(graph.name(), held, wanted);
      held = wanted;
    }
    float[] oldWeights = arrays.weights();
    try {
      arrays.fit(plan, weightElements);
    } catch (OutOfMemoryError e) {
      throw new ModelLoadException(
          "'%s' needs %d MiB of Java heap for its device buffers; raise -Xmx"
              .formatted(graph.name(), wanted >> 20),
          e);
    }
    boolean moreWeights =
        arrays.weights() != oldWeights || uploadedWeights != planner.weights().count();
    if (moreWeights) {
      planner.weights().writeTo(arrays.weights());
      uploadedWeights = planner.weights().count();
    }
    if (stale) {
      build();
    } else {
      bind(moreWeights);
    }
    if (!plan.equals(current)) {
      System.arraycopy(plan.table(), 0, arrays.table(), 0, plan.table().length);
      args[4].upload();
      current = plan;
    }
  }

  private void build() {
    if (runner != null) {
      runner.close();
      runner = null;
    }
    if (++compiles > MAX_COMPILES) {
      throw new ModelLoadException(
          "'"
              + graph.name()
              + "' needs another program for every shape: it was compiled "
              + MAX_COMPILES
              + " times");
    }
    LOG.debug("Compiling '{}' for {} ({})", graph.name(), device.name(), kernels);
    handle.setSharedMemory(device.kind() == DeviceKind.OPENCL_CPU);
    Object[] buffers = {
      arrays.arena(), arrays.weights(), arrays.in(), arrays.out(), arrays.table(), arrays.control()
    };
    String[] names = {"arena", "weights", "in", "out", "table", "control"};
    args = new PassRunner.Arg[buffers.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = new PassRunner.Arg(names[i], buffers[i]);
    }
    String source = KernelSource.of(kernels, planner.opcodes(), planner.functions());
    runner = new PassRunner(handle, source, kernels == DeviceClass.SIMD ? 1 : 256, groups, args);
    builtFunctions = planner.functions().count();
    builtOpcodes = planner.opcodes().size();
    current = null;
  }

  private void bind(boolean moreWeights) {
    Object[] buffers = {
      arrays.arena(), arrays.weights(), arrays.in(), arrays.out(), arrays.table(), arrays.control()
    };
    for (int i = 0; i < args.length; i++) {
      if (!args[i].holds(buffers[i])) {
        args[i].bind(buffers[i]);
        current = null;
      }
    }
    if (moreWeights) {
      args[1].upload();
    }
  }

  /**
   * Runs all passes.
   *
   * @return whether the device kept its memory over the run
   */
  private boolean execute(Plan plan, RunOptions run) {
    int number = ++runs;
    args[2].upload();
    int passes = plan.passes().size();
    int[] control = arrays.control();
    executedFlops = 0;
    for (int from = 0; from < passes; ) {
      checkTime(run);
      int count = slices.count(plan, from);
      control[0] = plan.passStarts() + from;
      control[1] = number;
      control[2] = from == 0 ? 1 : 0;
      control[3] = from + count == passes ? count - 1 : -1;
      args[5].upload();
      long start = System.nanoTime();
      int status = runner.run(count, options.drill().isActive());
      slices.took(plan, from, from + count, System.nanoTime() - start);
      if (status != 0) {
        throw failed("pass " + from + " to " + (from + count - 1), status);
      }
      for (int i = from; i < from + count; i++) {
        executedFlops += plan.passes().get(i).flops();
      }
      from += count;
    }
    int status = runner.download(arrays.out());
    if (status != 0) {
      throw failed("the download of the outputs", status);
    }
    boolean kept = Float.floatToRawIntBits(arrays.out()[0]) == number;
    if (kept && Float.floatToRawIntBits(arrays.out()[1]) == number) {
      throw new InvalidInputException(
          "An index in the inputs of '"
              + graph.name()
              + "' is out of the range of the tensor it selects from");
    }
    return kept;
  }

  private DeviceOfflineException failed(String what, int status) {
    return new DeviceOfflineException(
        "%s failed with OpenCL status %d in %s of '%s'"
            .formatted(device.name(), status, what, graph.name()),
        status);
  }

  private void checkTime(RunOptions run) {
    if (run.cancelled().getAsBoolean()) {
      throw new DeadlineExceededException("The run of '" + graph.name() + "' was cancelled");
    }
    if (run.deadlineNanos() != Long.MAX_VALUE && System.nanoTime() - run.deadlineNanos() >= 0) {
      throw new DeadlineExceededException(
          "The deadline passed while '" + graph.name() + "' was running");
    }
  }

  @Override
  public synchronized SessionDescription describe() {
    long flops = current == null ? 0 : current.flops();
    return new SessionDescription(
        graph.name(),
        "opencl",
        device,
        graph.inputs(),
        graph.outputs(),
        planner.weights().size() * Float.BYTES,
        current == null ? 0 : current.arenaElements() * Float.BYTES,
        flops,
        current == null ? 0 : current.passes().size(),
        flops == 0 ? 0 : (double) executedFlops / flops,
        compiles);
  }

  /** Passes of the plan in use, for tests and profiles. */
  synchronized Plan currentPlan() {
    return current;
  }

  /** Runs that were repeated because the garbage collector moved a buffer. */
  synchronized int movedRuns() {
    return movedRuns;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (runner != null) {
        runner.close();
      }
      ledger.exchange(graph.name(), held, 0);
      held = 0;
      plans.clear();
    }
  }
}
