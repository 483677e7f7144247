package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import io.gpuinfer.engine.ModelLoadException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.util.function.Supplier;

/** Where the kernels of a task come from: one for each device. */
public final class KernelSource {

  private final Class<?> type;
  private final Supplier<Kernel> kernels;

  private KernelSource(Class<?> type, Supplier<Kernel> kernels) {
    this.type = type;
    this.kernels = kernels;
  }

  /**
   * New instances of a class.
   *
   * @throws ModelLoadException when it is no {@link RouteKernel}, or has no public constructor
   *     without parameters
   */
  public static KernelSource ofClass(Class<?> type) {
    requireKernel(type);
    if (Modifier.isAbstract(type.getModifiers())) {
      throw new ModelLoadException(type.getName() + " is abstract, so it cannot be a kernel");
    }
    return new KernelSource(type, () -> instance(type));
  }

  /**
   * Clones of an instance.
   *
   * @throws ModelLoadException when it is no {@link RouteKernel}
   */
  public static KernelSource ofInstance(Object bean) {
    requireKernel(bean.getClass());
    return new KernelSource(bean.getClass(), ((Kernel) bean)::clone);
  }

  /** The class of the kernels. */
  public Class<?> type() {
    return type;
  }

  /**
   * A kernel of its own for a device.
   *
   * @throws ModelLoadException when its constructor fails
   */
  Kernel create() {
    return kernels.get();
  }

  private static void requireKernel(Class<?> type) {
    if (!Kernel.class.isAssignableFrom(type) || !RouteKernel.class.isAssignableFrom(type)) {
      throw new ModelLoadException(
          "%s is no kernel for routes: it must extend %s and implement %s"
              .formatted(type.getName(), Kernel.class.getName(), RouteKernel.class.getName()));
    }
  }

  private static Kernel instance(Class<?> type) {
    try {
      return (Kernel) type.getConstructor().newInstance();
    } catch (InvocationTargetException e) {
      throw new ModelLoadException(
          "The constructor of kernel %s failed: %s".formatted(type.getName(), e.getCause()),
          e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new ModelLoadException(
          "Kernel %s needs a public class with a public constructor that takes nothing: %s"
              .formatted(type.getName(), e),
          e);
    }
  }
}
