package io.gpuinfer.engine.kernel;

import com.aparapi.Range;
import io.gpuinfer.engine.DeviceCode;
import io.gpuinfer.engine.DeviceInfo;
import java.util.Optional;

/** Runs one kernel on one device, and nowhere else. */
interface KernelRun extends AutoCloseable {

  /** {@code opencl} or {@code java}. */
  String engine();

  DeviceInfo device();

  /** What was made for the device; empty where there was nothing to be made. */
  Optional<DeviceCode> code();

  /**
   * Runs the kernel, whose fields are set.
   *
   * @throws io.gpuinfer.engine.DeviceOfflineException when the device reports an error
   * @throws io.gpuinfer.engine.GpuInferException when the kernel fails
   */
  void run(Range range, int passes);

  @Override
  void close();
}
