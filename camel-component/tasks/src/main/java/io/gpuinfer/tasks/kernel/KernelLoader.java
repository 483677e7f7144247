package io.gpuinfer.tasks.kernel;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.kernel.KernelEngine;
import io.gpuinfer.engine.kernel.KernelSource;
import io.gpuinfer.tasks.ServingOptions;
import java.util.function.Function;

/**
 * Gets a task's kernel ready on its devices, and again on one that comes back from a failure. With
 * the device {@code auto} the first time decides between the device and Java threads, for good.
 */
final class KernelLoader implements Function<DeviceInfo, InferenceSession> {

  private static final String AUTO = "auto";

  private final KernelEngine engine = new KernelEngine();
  private final String name;
  private final KernelSource kernel;
  private final ServingOptions options;
  private final boolean auto;
  private volatile DeviceInfo decided;

  KernelLoader(String name, KernelSource kernel, ServingOptions options) {
    this.name = name;
    this.kernel = kernel;
    this.options = options;
    this.auto = options.device().strip().equalsIgnoreCase(AUTO);
  }

  @Override
  public InferenceSession apply(DeviceInfo device) {
    if (!auto) {
      return engine.load(name, kernel, device, options.drill());
    }
    DeviceInfo where = decided;
    if (where != null) {
      return engine.load(name, kernel, where, options.drill());
    }
    InferenceSession first = engine.loadOrOnJavaThreads(name, kernel, device, options.drill());
    decided = first.device();
    return first;
  }
}
