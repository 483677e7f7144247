package io.gpuinfer.engine.opencl;

import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.plan.Target;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The OpenCL devices of this machine, GPUs first. */
public final class Devices {

  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

  /** Enough groups that the driver can even out what they take, on each compute unit. */
  private static final int GROUPS_PER_UNIT = 8;

  private final List<OpenCLDevice> handles;
  private final List<DeviceInfo> infos = new ArrayList<>();

  private Devices(List<OpenCLDevice> handles) {
    this.handles = handles;
    for (int i = 0; i < handles.size(); i++) {
      infos.add(info(i, handles.get(i)));
    }
  }

  /** What the drivers list now; empty where there is no OpenCL at all. */
  public static Devices find() {
    List<OpenCLDevice> found = new ArrayList<>();
    try {
      SignalGuard.during(() -> found.addAll(OpenCLDevice.listDevices(null)));
    } catch (LinkageError | RuntimeException e) {
      // Without an OpenCL loader Aparapi's native library does not load: that is a machine without
      // devices, and the caller says so with what to do about it.
      LOG.info("No OpenCL on this machine: {}", e.toString());
    }
    found.sort(Comparator.comparingInt(device -> kind(device).ordinal()));
    return new Devices(found);
  }

  public List<DeviceInfo> infos() {
    return List.copyOf(infos);
  }

  /**
   * @throws DeviceOfflineException when there is no device of that index
   */
  public OpenCLDevice handle(int index) {
    if (index < 0 || index >= handles.size()) {
      throw new DeviceOfflineException(
          "There is no OpenCL device " + index + "; found: " + (infos.isEmpty() ? "none" : infos));
    }
    return handles.get(index);
  }

  /** The kernels a device is best served by. */
  static DeviceClass classOf(DeviceInfo device) {
    return device.kind() == DeviceKind.OPENCL_CPU ? DeviceClass.SIMD : DeviceClass.SIMT;
  }

  /** What plans for a device depend on. */
  static Target target(DeviceInfo device, LoadOptions options) {
    DeviceClass kernels = options.deviceClass().orElse(classOf(device));
    int skew = DeviceProgram.worksInPlace(device) ? Target.JAVA_ARRAY_SKEW : 0;
    int units = device.computeUnits();
    return new Target(kernels, units * GROUPS_PER_UNIT, units, skew)
        .withLargestBuffer(device.maxAllocationBytes());
  }

  private static DeviceInfo info(int index, OpenCLDevice device) {
    String driver =
        device.getOpenCLPlatform().getName().trim()
            + ", "
            + device.getOpenCLPlatform().getVendor().trim()
            + ", "
            + device.getOpenCLPlatform().getVersion().trim();
    return new DeviceInfo(
        index,
        device.getName() == null ? device.getOpenCLPlatform().getName() : device.getName().trim(),
        kind(device),
        device.getGlobalMemSize(),
        device.getMaxMemAllocSize(),
        device.getMaxComputeUnits(),
        driver);
  }

  private static DeviceKind kind(OpenCLDevice device) {
    return device.getType() == Device.TYPE.GPU
        ? DeviceKind.GPU
        : device.getType() == Device.TYPE.CPU ? DeviceKind.OPENCL_CPU : DeviceKind.ACCELERATOR;
  }
}
