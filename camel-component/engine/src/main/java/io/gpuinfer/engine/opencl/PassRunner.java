package io.gpuinfer.engine.opencl;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.jni.KernelArgJNI;
import java.lang.reflect.Array;

/**
 * Aparapi's native runner with a model's OpenCL program.
 *
 * <p>The arrays handed in are pinned while a call lasts, so calls should be short. A runner belongs
 * to one thread at a time.
 */
final class PassRunner extends NativeRunner {

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
   * @param source OpenCL C with one kernel {@code run}, whose last parameter is the pass
   * @param groupSize work-items of a group
   * @throws io.gpuinfer.engine.ModelLoadException when the program does not compile
   */
  PassRunner(OpenCLDevice device, String source, int groupSize, Arg... args) {
    super(device, new NoKernel(), "the model's program", source, args);
    this.device = device;
    this.groupSize = groupSize;
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
    return launch(Range.create(device, groups * items, items), launches);
  }

  /**
   * Copies an argument's array from the device.
   *
   * @return the OpenCL status, 0 for success
   */
  int download(Object array) {
    return fetch(array);
  }
}
