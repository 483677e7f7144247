package io.gpuinfer.tasks.inspect;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.serving.capacity.Roofline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tries what each device of this machine says to a model: OpenCL devices plan it, which is where
 * they would refuse it, and the host's engine loads it.
 */
final class DeviceTrial {

  private final OpenClEngine opencl;
  private final InferenceEngine host;
  private final Function<DeviceInfo, Optional<Roofline>> peaks;

  /**
   * @param peaks of an OpenCL device, where they are known
   */
  DeviceTrial(
      OpenClEngine opencl, InferenceEngine host, Function<DeviceInfo, Optional<Roofline>> peaks) {
    this.opencl = opencl;
    this.host = host;
    this.peaks = peaks;
  }

  /**
   * What all devices say.
   *
   * @param shapes of the request that is counted, by input name; the engine tries some for others
   */
  List<DeviceFinding> of(ModelSource model, Map<String, long[]> shapes) {
    List<DeviceFinding> findings = new ArrayList<>();
    for (DeviceInfo device : opencl.devices()) {
      findings.add(planned(model, device, shapes));
    }
    for (DeviceInfo device : host.devices()) {
      findings.add(loaded(model, device));
    }
    return findings;
  }

  private DeviceFinding planned(ModelSource model, DeviceInfo device, Map<String, long[]> shapes) {
    LoadOptions options = LoadOptions.builder().device(device.index()).warmupShapes(shapes).build();
    long available = opencl.memoryBytes(device.index());
    PlanDescription cost;
    try {
      cost = opencl.plan(model, options).orElse(null);
    } catch (GpuInferException e) {
      return refused(opencl, device, available, e);
    }
    if (cost == null) {
      return new DeviceFinding(opencl.name(), device, true, "", null, 0, available, null);
    }
    long needed = cost.weightBytes() + cost.arenaBytes();
    String reason =
        needed <= available
            ? ""
            : "it needs %d MiB of memory, of which there are %d MiB"
                .formatted(needed >> 20, available >> 20);
    Double least =
        peaks.apply(device).map(peak -> peak.nanos(cost.flops(), cost.bytes()) / 1e6).orElse(null);
    return new DeviceFinding(
        opencl.name(), device, reason.isEmpty(), reason, cost, needed, available, least);
  }

  private DeviceFinding loaded(ModelSource model, DeviceInfo device) {
    try {
      host.load(model, LoadOptions.builder().device(device.index()).build()).close();
    } catch (GpuInferException e) {
      return refused(host, device, device.memoryBytes(), e);
    }
    return new DeviceFinding(host.name(), device, true, "", null, 0, device.memoryBytes(), null);
  }

  private static DeviceFinding refused(
      InferenceEngine engine, DeviceInfo device, long available, GpuInferException why) {
    return new DeviceFinding(
        engine.name(), device, false, why.getMessage(), null, 0, available, null);
  }
}
