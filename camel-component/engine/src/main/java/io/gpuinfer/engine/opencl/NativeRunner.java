package io.gpuinfer.engine.opencl;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.jni.KernelArgJNI;
import com.aparapi.internal.jni.KernelRunnerJNI;
import com.aparapi.internal.kernel.KernelManager;
import io.gpuinfer.engine.ModelLoadException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Aparapi's native runner with an OpenCL program that is given to it: the passes of one call are
 * enqueued one after another, and every OpenCL error comes back as its status code. Nothing in it
 * ever runs in Java instead.
 */
public abstract class NativeRunner extends KernelRunnerJNI implements AutoCloseable {

  /**
   * Writing 1 here would end a call between two of its passes. Nobody does: the native side then
   * releases events it never made, which now and then aborts the process.
   */
  private final ByteBuffer control = words();

  private final ByteBuffer progress = words();
  private long context;

  /**
   * @param kernel whose fields the native side reads arguments from that are no arrays
   * @param what the program is, for messages
   * @param source OpenCL C with one kernel {@code run}, whose last parameter is the pass
   * @throws ModelLoadException when the program does not compile
   */
  protected NativeRunner(
      OpenCLDevice device, Kernel kernel, String what, String source, KernelArgJNI... args) {
    KernelManager.instance(); // loads the native library
    context = initJNI(kernel, device, flags(device));
    if (context == 0) {
      throw new ModelLoadException("No OpenCL context could be made on " + device.getName());
    }
    if (buildProgramJNI(context, source, "") == 0) {
      // The context cannot be given back: disposing of one without a program crashes the native
      // side.
      throw new ModelLoadException(
          "The driver of %s could not compile %s; its messages are on standard error"
              .formatted(device.getName(), what));
    }
    setArgsJNI(context, args, args.length);
  }

  private static int flags(OpenCLDevice device) {
    if (device.getType() == Device.TYPE.GPU) {
      return JNI_FLAG_USE_GPU;
    }
    return device.getType() == Device.TYPE.ACC ? JNI_FLAG_USE_ACC : 0;
  }

  /**
   * Launches the kernel several times, its last parameter counting from 0.
   *
   * @return the OpenCL status, 0 for success
   */
  protected final int launch(Range range, int passes) {
    return runKernelJNI(context, range, true, passes, control, progress);
  }

  /**
   * Copies an explicit argument's array from the device.
   *
   * @return the OpenCL status, 0 for success
   */
  protected final int fetch(Object array) {
    return getJNI(context, array);
  }

  @Override
  public final void close() {
    if (context != 0) {
      disposeJNI(context);
      context = 0;
    }
  }

  private static ByteBuffer words() {
    return ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
  }
}
