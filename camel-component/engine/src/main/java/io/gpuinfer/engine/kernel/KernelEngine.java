package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.opencl.Devices;
import io.gpuinfer.engine.opencl.SignalChaining;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets users' kernels ready on OpenCL devices and on Java threads. */
public final class KernelEngine {

  private static final Logger LOG = LoggerFactory.getLogger(KernelEngine.class);

  private final Devices devices = Devices.find();

  /**
   * Gets a kernel ready on a device; it never runs anywhere else.
   *
   * @param name for messages
   * @param device an OpenCL device, or a host's processor: Java threads run the kernel then
   * @param drill makes an OpenCL device fail on purpose
   * @throws io.gpuinfer.engine.UnsupportedModelException when the kernel cannot be translated to
   *     OpenCL
   * @throws ModelLoadException when it cannot be made or compiled
   * @throws DeviceOfflineException when there is no such device
   */
  public InferenceSession load(
      String name, KernelSource source, DeviceInfo device, FaultDrill drill) {
    Kernel kernel = source.create();
    KernelFields fields = new KernelFields(kernel.getClass());
    return new KernelSession(name, kernel, fields, run(kernel, device, drill));
  }

  private KernelRun run(Kernel kernel, DeviceInfo device, FaultDrill drill) {
    if (device.kind() == DeviceKind.HOST_CPU) {
      return new JavaThreads(kernel);
    }
    SignalChaining.warnIfMissing(device);
    return OpenClKernel.load(kernel, device, devices.handle(device.index()), drill);
  }

  /**
   * As {@link #load}, but on Java threads where the kernel cannot be translated or compiled for the
   * device, with a warning that says why. For the first load alone: the {@link
   * InferenceSession#device} that it ended up on is where to load it again, since a device that has
   * failed may for a while compile nothing.
   *
   * @throws ModelLoadException when it cannot be made
   * @throws DeviceOfflineException when there is no such device
   */
  public InferenceSession loadOrOnJavaThreads(
      String name, KernelSource source, DeviceInfo device, FaultDrill drill) {
    try {
      return load(name, source, device, drill);
    } catch (ModelLoadException e) {
      LOG.warn("Kernel {} runs on Java threads, not on {}: {}", name, device, e.getMessage());
      return load(name, source, JavaThreads.DEVICE, drill);
    }
  }
}
