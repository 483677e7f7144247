package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import com.aparapi.Kernel.EXECUTION_MODE;
import com.aparapi.Range;
import io.gpuinfer.engine.DeviceCode;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.GpuInferException;
import java.util.Optional;

/** Runs a kernel as Java, on Aparapi's pool of threads. */
final class JavaThreads implements KernelRun {

  /** The host's cores, as far as the JVM uses them. */
  static final DeviceInfo DEVICE =
      new DeviceInfo(
          0,
          "Java threads (" + System.getProperty("os.arch") + ")",
          DeviceKind.HOST_CPU,
          Runtime.getRuntime().maxMemory(),
          Runtime.getRuntime().maxMemory(),
          Runtime.getRuntime().availableProcessors(),
          "Java " + Runtime.version());

  private final Kernel kernel;

  @SuppressWarnings("deprecation") // the other way is a preference of all kernels of the class
  JavaThreads(Kernel kernel) {
    this.kernel = kernel;
    kernel.setExecutionMode(EXECUTION_MODE.JTP);
  }

  @Override
  public String engine() {
    return "java";
  }

  @Override
  public DeviceInfo device() {
    return DEVICE;
  }

  @Override
  public Optional<DeviceCode> code() {
    return Optional.empty();
  }

  @Override
  public void run(Range range, int passes) {
    try {
      kernel.execute(range, passes);
    } catch (RuntimeException | Error e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      throw new GpuInferException(
          "Kernel %s failed: %s".formatted(kernel.getClass().getName(), cause), e);
    }
  }

  /** There is nothing to give back: idle threads end by themselves. */
  @Override
  public void close() {
    // Kernel.dispose() would give back an OpenCL context, which there never was.
  }
}
