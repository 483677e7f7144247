package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fields of a kernel that requests come in by and answers leave by. */
final class KernelFields {

  private final Map<String, Field> inputs;
  private final Map<String, Field> outputs;

  /**
   * @throws ModelLoadException when a field is of a type that no tensor has, or there is no output
   */
  KernelFields(Class<?> type) {
    inputs = marked(type, Input.class);
    outputs = marked(type, Output.class);
    if (outputs.isEmpty()) {
      throw new ModelLoadException(
          "Kernel %s has no field that is marked with @Output".formatted(type.getName()));
    }
    outputs.forEach(
        (name, field) -> {
          if (!field.getType().isArray()) {
            throw wrong(field, "an @Output must be an array: a kernel cannot change a number");
          }
        });
  }

  List<TensorInfo> inputs() {
    return infos(inputs);
  }

  List<TensorInfo> outputs() {
    return infos(outputs);
  }

  /** Puts copies of a request's values into a kernel; they fit {@link #inputs()}. */
  void set(Kernel kernel, Map<String, Tensor> values) {
    inputs.forEach(
        (name, field) -> {
          Object array = KernelValue.array(values.get(name));
          put(kernel, field, field.getType().isArray() ? array : Array.get(array, 0));
        });
  }

  /**
   * Copies the answer from a kernel.
   *
   * @throws GpuInferException when the kernel has made none
   */
  Map<String, Tensor> get(Kernel kernel) {
    Map<String, Tensor> answer = new LinkedHashMap<>();
    outputs.forEach((name, field) -> answer.put(name, KernelValue.tensor(value(kernel, field))));
    return answer;
  }

  /**
   * What an array field of a kernel holds.
   *
   * @throws GpuInferException when that is nothing
   */
  static Object value(Kernel kernel, Field field) {
    Object value;
    try {
      value = field.get(kernel);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e); // was made accessible
    }
    if (value == null) {
      throw new GpuInferException(
          "The field %s of kernel %s is null after prepare()"
              .formatted(field.getName(), kernel.getClass().getName()));
    }
    return value;
  }

  private static void put(Kernel kernel, Field field, Object value) {
    try {
      field.set(kernel, value);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e); // was made accessible
    }
  }

  private static List<TensorInfo> infos(Map<String, Field> fields) {
    List<TensorInfo> infos = new ArrayList<>();
    fields.forEach(
        (name, field) -> {
          long[] shape = field.getType().isArray() ? new long[] {TensorInfo.DYNAMIC} : new long[0];
          infos.add(TensorInfo.of(name, KernelValue.typeOf(field.getType()).orElseThrow(), shape));
        });
    return infos;
  }

  private static Map<String, Field> marked(Class<?> type, Class<? extends Annotation> mark) {
    Deque<Class<?>> classes = new ArrayDeque<>();
    for (Class<?> c = type; c != Kernel.class; c = c.getSuperclass()) {
      classes.push(c);
    }
    Map<String, Field> fields = new LinkedHashMap<>();
    for (Class<?> c : classes) {
      for (Field field : c.getDeclaredFields()) {
        if (field.isAnnotationPresent(mark)) {
          fields.put(field.getName(), checked(field));
        }
      }
    }
    return fields;
  }

  private static Field checked(Field field) {
    if ((field.getModifiers() & (Modifier.STATIC | Modifier.FINAL)) != 0) {
      throw wrong(field, "it must be neither static nor final");
    }
    if (KernelValue.typeOf(field.getType()).isEmpty()) {
      throw wrong(
          field,
          "a %s cannot be sent; float, double, int, long, byte and arrays of these can"
              .formatted(field.getType().getSimpleName()));
    }
    try {
      field.setAccessible(true);
    } catch (InaccessibleObjectException e) {
      throw wrong(field, "its module is not open: " + e.getMessage());
    }
    return field;
  }

  private static ModelLoadException wrong(Field field, String why) {
    return new ModelLoadException(
        "The field %s of kernel %s: %s"
            .formatted(field.getName(), field.getDeclaringClass().getName(), why));
  }
}
