package io.gpuinfer.tasks.kernel;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.kernel.KernelValue;
import io.gpuinfer.tasks.Content;
import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the inputs of a kernel from a body: a map of them by name, or the only one by itself. An
 * array is an array of the field's own type, a tensor of it, or a list of numbers, as JSON becomes
 * one; a number is any {@link Number} that the field's type holds, or a tensor of one element.
 *
 * @param expected the kernel's inputs
 */
record KernelInputs(List<TensorInfo> expected) {

  /**
   * @throws InvalidInputException when the body is none of these
   */
  Map<String, Tensor> of(Object body) {
    Map<String, Tensor> inputs = new HashMap<>();
    if (body instanceof Map<?, ?> named) {
      named.forEach((name, value) -> inputs.put(String.valueOf(name), of(named(name), value)));
    } else if (expected.size() == 1) {
      inputs.put(expected.get(0).name(), of(expected.get(0), body));
    } else {
      throw new InvalidInputException(
          "The kernel has %d inputs (%s): send a map of them by name, not %s"
              .formatted(expected.size(), names(), Content.nameOf(body)));
    }
    return inputs;
  }

  private TensorInfo named(Object name) {
    return expected.stream()
        .filter(info -> info.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "The kernel has no input '%s', only %s".formatted(name, names())));
  }

  private List<String> names() {
    return expected.stream().map(TensorInfo::name).toList();
  }

  private static Tensor of(TensorInfo info, Object value) {
    boolean array = !info.shape().isEmpty();
    if (value instanceof Tensor tensor && tensor.type() == info.type()) {
      if (array) {
        return tensor.reshape(tensor.size());
      } else if (tensor.size() == 1) {
        return tensor.reshape();
      }
    } else if (array && value instanceof List<?> list) {
      return array(info, list);
    } else if (array && value != null && value.getClass() == arrayType(info.type())) {
      return KernelValue.tensor(value);
    } else if (!array && value instanceof Number number) {
      return number(info, number);
    }
    throw new InvalidInputException(
        "The kernel's input '%s' takes %s, not %s"
            .formatted(
                info.name(),
                array ? arrayType(info.type()).getSimpleName() : "a number",
                Content.nameOf(value)));
  }

  private static Class<?> arrayType(DataType type) {
    return switch (type) {
      case FLOAT32 -> float[].class;
      case FLOAT64 -> double[].class;
      case INT32 -> int[].class;
      case INT64 -> long[].class;
      default -> byte[].class;
    };
  }

  private static Tensor array(TensorInfo info, List<?> list) {
    if (list.isEmpty()) {
      throw new InvalidInputException(
          "The kernel's input '%s' is an empty list".formatted(info.name()));
    }
    Object array = Array.newInstance(arrayType(info.type()).getComponentType(), list.size());
    int at = 0;
    for (Object element : list) {
      if (!(element instanceof Number number)) {
        throw new InvalidInputException(
            "The kernel's input '%s' takes numbers, but its list holds %s"
                .formatted(info.name(), Content.nameOf(element)));
      }
      requireHeld(info, number, put(array, at++, number));
    }
    return KernelValue.tensor(array);
  }

  private static Tensor number(TensorInfo info, Number number) {
    Tensor tensor = KernelValue.tensor(number, info.type());
    requireHeld(info, number, tensor.doubleAt(0));
    return tensor;
  }

  /** Puts a number into an array; what its type cannot hold is cut off. */
  private static double put(Object array, int at, Number number) {
    if (array instanceof float[] floats) {
      return floats[at] = number.floatValue();
    } else if (array instanceof double[] doubles) {
      return doubles[at] = number.doubleValue();
    } else if (array instanceof int[] ints) {
      return ints[at] = number.intValue();
    } else if (array instanceof long[] longs) {
      return longs[at] = number.longValue();
    }
    return ((byte[]) array)[at] = number.byteValue();
  }

  /** A field of whole numbers takes no other, and none that is too large for it. */
  private static void requireHeld(TensorInfo info, Number number, double held) {
    if (!info.type().isFloat() && held != number.doubleValue()) {
      throw new InvalidInputException(
          "The kernel's input '%s' is %s, which %s does not hold"
              .formatted(info.name(), number, info.type()));
    }
  }
}
