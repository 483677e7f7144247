package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.graph.Graph;

/** Sessions of graphs that no file holds. */
public final class Sessions {

  private static final long MEMORY = 1L << 30;
  private static final Devices DEVICES = Devices.find();

  private Sessions() {}

  /** The graph on the first device. */
  public static InferenceSession of(Graph graph, LoadOptions options) {
    return of(graph, DEVICES.infos().get(0), options);
  }

  static OpenClSession of(Graph graph, DeviceInfo device, LoadOptions options) {
    return of(model(graph, device, options), device, new MemoryLedger(device, MEMORY), options);
  }

  /** A model for sessions on such a device. */
  static SharedModel model(Graph graph, DeviceInfo device, LoadOptions options) {
    return new SharedModel(
        graph,
        Devices.target(device, options),
        DeviceProgram.worksInPlace(device),
        () -> {}); // nothing keeps it
  }

  static OpenClSession of(
      SharedModel model, DeviceInfo device, MemoryLedger ledger, LoadOptions options) {
    return new OpenClSession(
        model.graph().name(), model, device, DEVICES.handle(0), ledger, options);
  }

  /**
   * The first device as one of another kind: it works on Java arrays themselves only as what it is.
   */
  static DeviceInfo device(DeviceKind kind) {
    DeviceInfo real = DEVICES.infos().get(0);
    return new DeviceInfo(
        real.index(),
        real.name(),
        kind,
        real.memoryBytes(),
        real.maxAllocationBytes(),
        real.computeUnits(),
        real.driver());
  }
}
