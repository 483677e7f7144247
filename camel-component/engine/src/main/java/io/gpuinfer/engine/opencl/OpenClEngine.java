package io.gpuinfer.engine.opencl;

import com.aparapi.device.OpenCLDevice;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.operators.Operators;
import io.gpuinfer.engine.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Runs ONNX models as OpenCL kernels through Aparapi's native runner. */
public final class OpenClEngine implements InferenceEngine {

  private static final int NODES_NAMED = 5;

  /** One ledger for each device of this machine, whatever engine object loads a model on it. */
  private static final Map<String, MemoryLedger> LEDGERS = new ConcurrentHashMap<>();

  private final Devices devices = Devices.find();
  private final long memoryLimit;
  private final Map<String, MemoryLedger> ledgers;
  private final SharedModels models = new SharedModels();

  public OpenClEngine() {
    this.memoryLimit = Long.MAX_VALUE;
    this.ledgers = LEDGERS;
  }

  /**
   * An engine that keeps its own account of the device's memory.
   *
   * @param memoryLimit bytes that the sessions of this engine may hold on one device
   */
  public OpenClEngine(long memoryLimit) {
    this.memoryLimit = memoryLimit;
    this.ledgers = new ConcurrentHashMap<>();
  }

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public List<DeviceInfo> devices() {
    return devices.infos();
  }

  @Override
  public InferenceSession load(ModelSource source, LoadOptions options) {
    OpenCLDevice handle = devices.handle(options.device());
    DeviceInfo device = devices.infos().get(options.device());
    SignalChaining.warnIfMissing(device);
    SharedModel model = models.open(source, device, options);
    OpenClSession session;
    try {
      refuseUnsupported(source.name(), model.graph());
      session = new OpenClSession(source.name(), model, device, handle, ledger(device), options);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
    try {
      session.warmUp(options.warmupShapes());
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  /**
   * What a run of a model costs on a device. Nothing is loaded there.
   *
   * @param options the device, and shapes where the model leaves extents open; the others are what
   *     a warm-up would take
   * @return empty when only the elements of a request tell the shapes of the run
   * @throws io.gpuinfer.engine.ModelLoadException when the device would not run it, as {@link
   *     #load} says it
   */
  public Optional<PlanDescription> plan(ModelSource source, LoadOptions options) {
    devices.handle(options.device());
    DeviceInfo device = devices.infos().get(options.device());
    SharedModel model = models.open(source, device, options);
    try {
      refuseUnsupported(source.name(), model.graph());
      ModelPlanner planner = new ModelPlanner(source.name(), model, options);
      Set<String> shapeInputs = model.shapeInputs();
      return WarmUp.inputs(model.graph(), options.warmupShapes(), shapeInputs, planner::plan)
          .map(
              inputs -> {
                Plan plan = planner.plan(inputs);
                DeviceProgram.refuseTooLarge(source.name(), plan, device);
                return PlanCache.describe(planner.key(inputs), plan);
              });
    } finally {
      model.close();
    }
  }

  /**
   * Bytes that all sessions on a device may hold together.
   *
   * @param device its index
   */
  public long memoryBytes(int device) {
    devices.handle(device);
    return memory(devices.infos().get(device));
  }

  /**
   * Measures what a device can do; takes about a second.
   *
   * @param device its index
   */
  public DevicePeaks peaks(int device) {
    OpenCLDevice handle = devices.handle(device);
    return DevicePeaks.measure(devices.infos().get(device), handle);
  }

  /** How many models the open sessions have. */
  int modelCount() {
    return models.count();
  }

  private MemoryLedger ledger(DeviceInfo device) {
    return ledgers.computeIfAbsent(
        device.toString(), key -> new MemoryLedger(device, memory(device)));
  }

  private long memory(DeviceInfo device) {
    // A CPU device reads the Java arrays in place, so the heap bounds it too.
    long memory =
        device.kind() == DeviceKind.OPENCL_CPU
            ? Math.min(device.memoryBytes(), Runtime.getRuntime().maxMemory())
            : device.memoryBytes();
    return Math.min(memory, memoryLimit);
  }

  private static void refuseUnsupported(String name, Graph graph) {
    Map<String, List<String>> users = new TreeMap<>();
    for (Node node : Operators.unsupported(graph)) {
      users.computeIfAbsent(node.signature(), key -> new ArrayList<>()).add(node.name());
    }
    if (users.isEmpty()) {
      return;
    }
    List<String> lines = new ArrayList<>();
    users.forEach(
        (signature, nodes) -> {
          String named = String.join(", ", nodes.subList(0, Math.min(NODES_NAMED, nodes.size())));
          lines.add(
              signature
                  + " in "
                  + named
                  + (nodes.size() > NODES_NAMED
                      ? " and " + (nodes.size() - NODES_NAMED) + " more"
                      : ""));
        });
    throw new UnsupportedModelException(
        "'"
            + name
            + "' cannot run wholly on the device, so it is not run there at all. Not"
            + " supported: "
            + String.join("; ", lines)
            + ". Use device=cpu, or export the model without these operators",
        lines);
  }
}
