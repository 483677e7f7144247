package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import com.aparapi.Kernel.Constant;
import com.aparapi.Kernel.Local;
import com.aparapi.Kernel.PrivateMemorySpace;
import com.aparapi.Range;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.jni.KernelArgJNI;
import com.aparapi.internal.model.Entrypoint;
import io.gpuinfer.engine.DeviceCode;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.opencl.NativeRunner;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a kernel's translation on an OpenCL device. All of it happens in one native call: arrays go
 * to the device, passes run, and the arrays that the kernel writes to come back. The arrays are
 * pinned meanwhile.
 */
final class OpenClKernel extends NativeRunner implements KernelRun {

  private static final Map<Class<?>, Integer> TYPES =
      Map.of(
          float.class, ARG_FLOAT,
          double.class, ARG_DOUBLE,
          int.class, ARG_INT,
          long.class, ARG_LONG,
          short.class, ARG_SHORT,
          char.class, ARG_CHAR,
          byte.class, ARG_BYTE,
          boolean.class, ARG_BOOLEAN);

  private static final Map<Class<?>, Integer> BYTES =
      Map.of(
          float.class, Float.BYTES,
          double.class, Double.BYTES,
          int.class, Integer.BYTES,
          long.class, Long.BYTES,
          short.class, Short.BYTES,
          char.class, Character.BYTES,
          byte.class, Byte.BYTES,
          boolean.class, Byte.BYTES);

  /** A field that the kernel uses, as Aparapi's native side reads it. */
  private static final class Argument extends KernelArgJNI {

    Argument(Field field, Entrypoint entry) {
      this.field = field;
      name = field.getName();
      field.setAccessible(true);
      type = Modifier.isStatic(field.getModifiers()) ? ARG_STATIC : 0;
      if (!isArray()) {
        type |= ARG_PRIMITIVE | TYPES.get(field.getType());
        return;
      }
      type |= ARG_ARRAY | space() | TYPES.get(field.getType().getComponentType());
      if (entry.getArrayFieldAssignments().contains(name)) {
        type |= ARG_READ | ARG_WRITE;
      }
      if (entry.getArrayFieldAccesses().contains(name)) {
        type |= ARG_READ;
      }
      if (entry.getArrayFieldArrayLengthUsed().contains(name)) {
        type |= ARG_ARRAYLENGTH;
      }
    }

    private boolean isArray() {
      return field.getType().isArray();
    }

    private int space() {
      if (field.isAnnotationPresent(Local.class) || name.endsWith(Kernel.LOCAL_SUFFIX)) {
        return ARG_LOCAL;
      }
      boolean constant =
          field.isAnnotationPresent(Constant.class) || name.endsWith(Kernel.CONSTANT_SUFFIX);
      return constant ? ARG_CONSTANT : ARG_GLOBAL;
    }

    /** Takes the array that is in the field now; numbers are read by the native side itself. */
    void bind(Kernel kernel, DeviceInfo device) {
      if (!isArray()) {
        return;
      }
      Object now = KernelFields.value(kernel, field);
      long bytes = (long) Array.getLength(now) * BYTES.get(field.getType().getComponentType());
      if (bytes == 0 || bytes > Math.min(Integer.MAX_VALUE, device.maxAllocationBytes())) {
        throw new InvalidInputException(
            "The array %s of kernel %s has %d bytes; on %s it may have from 1 to %d"
                .formatted(
                    name,
                    kernel.getClass().getName(),
                    bytes,
                    device.name(),
                    Math.min(Integer.MAX_VALUE, device.maxAllocationBytes())));
      }
      javaArray = now;
      array = now;
      numElements = Array.getLength(now);
      sizeInBytes = (int) bytes;
    }
  }

  private final Kernel kernel;
  private final DeviceInfo device;
  private final OpenCLDevice handle;
  private final Argument[] arguments;
  private final DeviceCode code;
  private final FaultDrill drill;

  private OpenClKernel(
      Kernel kernel,
      DeviceInfo device,
      OpenCLDevice handle,
      String source,
      Argument[] arguments,
      FaultDrill drill,
      long began) {
    super(
        handle,
        kernel,
        "what the kernel " + kernel.getClass().getName() + " was translated to",
        source,
        arguments);
    this.kernel = kernel;
    this.device = device;
    this.handle = handle;
    this.arguments = arguments;
    this.code = new DeviceCode(source, System.nanoTime() - began);
    this.drill = drill;
  }

  /**
   * Translates a kernel and compiles it.
   *
   * @param drill makes the device fail on purpose
   * @throws io.gpuinfer.engine.UnsupportedModelException when Aparapi cannot translate it
   * @throws io.gpuinfer.engine.ModelLoadException when the driver does not compile it
   */
  static OpenClKernel load(
      Kernel kernel, DeviceInfo device, OpenCLDevice handle, FaultDrill drill) {
    long began = System.nanoTime();
    Translation translation = Translation.of(kernel);
    Argument[] arguments =
        translation.entry().getReferencedFields().stream()
            .filter(field -> !isPrivate(field))
            .map(field -> new Argument(field, translation.entry()))
            .toArray(Argument[]::new);
    return new OpenClKernel(kernel, device, handle, translation.source(), arguments, drill, began);
  }

  /** Whether each work item has its own, which the host cannot set. */
  private static boolean isPrivate(Field field) {
    return field.isAnnotationPresent(PrivateMemorySpace.class)
        || field.getName().contains(Kernel.PRIVATE_SUFFIX);
  }

  @Override
  public String engine() {
    return "opencl";
  }

  @Override
  public DeviceInfo device() {
    return device;
  }

  @Override
  public Optional<DeviceCode> code() {
    return Optional.of(code);
  }

  @Override
  public void run(Range range, int passes) {
    for (Argument argument : arguments) {
      argument.bind(kernel, device);
    }
    if (drill.holdUp(true)) {
      throw new DeviceOfflineException(device.name() + " hung in a drill");
    }
    int status = launch(drill.isFailing() ? refused() : range, passes);
    if (status != 0) {
      throw new DeviceOfflineException(
          "%s did not run the kernel %s: OpenCL status %d"
              .formatted(device.name(), kernel.getClass().getName(), status),
          status);
    }
  }

  /** Groups that are larger than the driver takes. */
  private Range refused() {
    int items = 2 * handle.getMaxWorkGroupSize();
    return Range.create(handle, items, items);
  }
}
