package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
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
    return new OpenClSession(
        graph, device, DEVICES.handle(0), new MemoryLedger(device, MEMORY), options);
  }
}
