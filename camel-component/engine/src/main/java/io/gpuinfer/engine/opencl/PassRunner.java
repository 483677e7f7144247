package io.gpuinfer.engine.opencl;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.jni.KernelArgJNI;
import com.aparapi.internal.jni.KernelRunnerJNI;
import com.aparapi.internal.kernel.KernelManager;
import io.gpuinfer.engine.ModelLoadException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Aparapi's native runner with an OpenCL program of ours: the passes of one call are enqueued one
 * after another, and every OpenCL error comes back as its status code.
 *
 * <p>The arrays handed in are pinned while a call lasts, so calls should be short. A runner belongs
 * to one thread at a time.
 */
final class PassRunner extends KernelRunnerJNI implements AutoCloseable {

  /** An array argument as Aparapi's native side reads it. */
  static final class Arg extends KernelArgJNI {

    /**
     * @param argName parameter of the kernel
     * @param initial a {@code float[]} or {@code int[]}
     */
    Arg(String argName, Object initial) {
      name = argName;
      int element = initial instanceof float[] ? ARG_FLOAT : ARG_INT;
      type = ARG_ARRAY | ARG_GLOBAL | ARG_EXPLICIT | ARG_READ | ARG_WRITE | element;
      bind(initial);
    }

    /** Puts another array in this one's place. */
    void bind(Object replacement) {
      javaArray = replacement;
      array = replacement;
      numElements = Array.getLength(replacement);
      sizeInBytes = numElements * Float.BYTES;
      upload();
    }

    boolean holds(Object candidate) {
      return javaArray == candidate;
    }

    /** Copies the array to the device with the next call. */
    void upload() {
      type |= ARG_EXPLICIT_WRITE;
    }
  }

  /** The native side wants a kernel; this one's {@code run} is never translated or called. */
  private static final class NoKernel extends Kernel {
    @Override
    public void run() {
      throw new IllegalStateException("The program is given as OpenCL source");
    }
  }

  private final OpenCLDevice device;
  private final int groupSize;

  /**
   * Writing 1 here would end a call between two of its passes. Nobody does: the native side then
   * releases events it never made, which now and then aborts the process.
   */
  private final ByteBuffer control = words();

  private final ByteBuffer progress = words();
  private long context;

  /**
   * @param source OpenCL C with one kernel {@code run}, whose last parameter is the pass
   * @param groupSize work-items of a group
   * @throws ModelLoadException when the program does not compile
   */
  PassRunner(OpenCLDevice device, String source, int groupSize, Arg... args) {
    KernelManager.instance(); // loads the native library
    this.device = device;
    this.groupSize = groupSize;
    context = initJNI(new NoKernel(), device, flags(device));
    if (context == 0) {
      throw new ModelLoadException("No OpenCL context could be made on " + device.getName());
    }
    if (buildProgramJNI(context, source, "") == 0) {
      // The context cannot be given back: disposing of one without a program crashes the native
      // side.
      throw new ModelLoadException(
          "The driver of "
              + device.getName()
              + " could not compile the model's program; its messages"
              + " are on standard error");
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
   * Launches the kernel {@code launches} times, its last parameter counting from 0.
   *
   * @param groups of each launch
   * @param fail launch with a group size that the program does not have, which the driver refuses
   * @return the OpenCL status, 0 for success
   */
  int run(int launches, int groups, boolean fail) {
    int items = fail ? groupSize * 2 : groupSize;
    return runKernelJNI(
        context, Range.create(device, groups * items, items), true, launches, control, progress);
  }

  /**
   * Copies an argument's array from the device.
   *
   * @return the OpenCL status, 0 for success
   */
  int download(Object array) {
    return getJNI(context, array);
  }

  @Override
  public void close() {
    if (context != 0) {
      disposeJNI(context);
      context = 0;
    }
  }

  private static ByteBuffer words() {
    return ByteBuffer.allocateDirect(Integer.BYTES).order(ByteOrder.nativeOrder());
  }
}
