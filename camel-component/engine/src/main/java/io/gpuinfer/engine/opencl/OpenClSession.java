package io.gpuinfer.engine.opencl;

import com.aparapi.device.OpenCLDevice;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InputCheck;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.SessionGate;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.plan.Plan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model on one OpenCL device. */
final class OpenClSession implements InferenceSession {

  private static final Logger LOG = LoggerFactory.getLogger(OpenClSession.class);

  /** Memory for plans. Those of a transformer for short texts take some 16 KiB each. */
  static final long PLAN_BYTES = 32L << 20;

  private final String name;
  private final SharedModel model;
  private final Graph graph;
  private final DeviceInfo device;
  private final InputCheck check;
  private final Set<String> shapeInputs;
  private final ModelPlanner planner;
  private final DeviceProgram program;
  private final PlanCache plans = new PlanCache(PLAN_BYTES);

  private final AtomicInteger reruns = new AtomicInteger();
  private final SessionGate gate;

  /** For whoever asks while the next one is going on. */
  private volatile LastRun last = new LastRun(null, 0);

  /**
   * @param plan of the run, or null
   * @param executedFlops floating-point operations of the passes that ran
   */
  private record LastRun(Plan plan, long executedFlops) {}

  /**
   * @param name of the model, for messages
   * @param model is closed with the session
   */
  OpenClSession(
      String name,
      SharedModel model,
      DeviceInfo device,
      OpenCLDevice handle,
      MemoryLedger ledger,
      LoadOptions options) {
    this.name = name;
    this.model = model;
    this.graph = model.graph();
    this.device = device;
    this.check = new InputCheck(graph.inputs());
    this.shapeInputs = model.shapeInputs();
    this.planner = new ModelPlanner(name, model, options);
    this.program =
        new DeviceProgram(
            name,
            device,
            handle,
            model.target(),
            planner.planner(),
            model.weights(),
            ledger,
            options.drill());
    this.gate = new SessionGate(name, this::dispose);
  }

  /** Plans, compiles and runs the model once, unless only a request can tell its shapes. */
  void warmUp(Map<String, long[]> shapes) {
    WarmUp.inputs(graph, shapes, shapeInputs, this::plan)
        .ifPresent(inputs -> run(inputs, RunOptions.NONE));
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
  public RunResult execute(Map<String, Tensor> inputs, RunOptions run) {
    return gate.run(run, () -> executeNow(inputs, run));
  }

  private RunResult executeNow(Map<String, Tensor> inputs, RunOptions run) {
    check.check(inputs);
    inputs.forEach(this::refuseEmpty);
    RunTally tally = new RunTally();
    Plan plan = prepare(inputs, tally);
    program.write(inputs, tally);
    try {
      if (!program.execute(run, tally)) {
        again(plan, run, tally);
      }
    } finally {
      last = new LastRun(plan, tally.flops());
    }
    Map<String, Tensor> outputs = program.read(tally);
    return new RunResult(outputs, tally.execution(device, plan));
  }

  /** The device computes nothing from nothing; what only shapes depend on never goes there. */
  private void refuseEmpty(String name, Tensor tensor) {
    if (tensor.size() == 0 && !shapeInputs.contains(name)) {
      throw new InvalidInputException(
          "Input '%s' of shape %s has no elements"
              .formatted(name, Arrays.toString(tensor.shape())));
    }
  }

  private void again(Plan plan, RunOptions run, RunTally tally) {
    reruns.incrementAndGet();
    LOG.warn("'{}' lost a device buffer to the garbage collector; running it again", name);
    program.forget();
    long start = System.nanoTime();
    program.prepare(plan);
    tally.prepared(System.nanoTime() - start);
    if (!program.execute(run, tally)) {
      throw new DeviceOfflineException(
          "'%s' lost its device memory twice in one run; start Java with -XX:+UseG1GC"
              .formatted(name));
    }
  }

  private Plan prepare(Map<String, Tensor> inputs, RunTally tally) {
    long start = System.nanoTime();
    Plan plan = plan(inputs);
    program.prepare(plan);
    tally.prepared(System.nanoTime() - start);
    return plan;
  }

  private Plan plan(Map<String, Tensor> inputs) {
    PlanKey key = planner.key(inputs);
    Plan plan = plans.get(key);
    if (plan == null) {
      plan = planner.plan(inputs, key);
      plans.add(key, plan);
    }
    return plan;
  }

  @Override
  public SessionDescription describe() {
    LastRun run = last;
    Plan plan = run.plan();
    long flops = plan == null ? 0 : plan.flops();
    return new SessionDescription(
        name,
        "opencl",
        device,
        graph.inputs(),
        graph.outputs(),
        model.weightBytes(),
        plan == null ? 0 : plan.arenaElements() * Float.BYTES,
        flops,
        plan == null ? 0 : plan.bytes(),
        plan == null ? 0 : plan.passes().size(),
        flops == 0 ? 0 : (double) run.executedFlops() / flops,
        program.compiles(),
        reruns.get(),
        plans.describe());
  }

  /** The plan that is on the device, for tests. */
  Plan currentPlan() {
    return program.current();
  }

  /** The arrays with the model's weights, for tests. */
  List<float[]> weightArrays() {
    return program.weights().shards();
  }

  @Override
  public void close() {
    gate.close();
  }

  private void dispose() {
    plans.clear();
    try {
      program.close();
    } finally {
      model.close();
    }
  }
}
