package io.gpuinfer.engine.kernel;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.Optional;

/** Java's numbers and arrays of them as tensors: an array has one axis, a number has none. */
public final class KernelValue {

  private KernelValue() {}

  /** The type of tensor that holds what a field of a class does; empty when none does. */
  static Optional<DataType> typeOf(Class<?> field) {
    Class<?> element = field.isArray() ? field.getComponentType() : field;
    if (element == float.class) {
      return Optional.of(DataType.FLOAT32);
    } else if (element == double.class) {
      return Optional.of(DataType.FLOAT64);
    } else if (element == int.class) {
      return Optional.of(DataType.INT32);
    } else if (element == long.class) {
      return Optional.of(DataType.INT64);
    }
    return element == byte.class ? Optional.of(DataType.INT8) : Optional.empty();
  }

  /**
   * A copy of an array as a tensor.
   *
   * @param array a {@code float[]}, {@code double[]}, {@code int[]}, {@code long[]} or {@code
   *     byte[]}
   */
  public static Tensor tensor(Object array) {
    if (array instanceof float[] floats) {
      return Tensor.of(floats, floats.length);
    } else if (array instanceof double[] doubles) {
      return Tensor.wrap(doubles.clone(), doubles.length);
    } else if (array instanceof int[] ints) {
      return Tensor.of(ints, ints.length);
    } else if (array instanceof long[] longs) {
      return Tensor.of(longs, longs.length);
    } else if (array instanceof byte[] bytes) {
      return Tensor.wrap(DataType.INT8, bytes.clone(), bytes.length);
    }
    throw new IllegalArgumentException(array.getClass() + " is no array of numbers");
  }

  /** A number as a tensor of a type, without axes; what the type cannot hold is cut off. */
  public static Tensor tensor(Number number, DataType type) {
    return switch (type) {
      case FLOAT32 -> Tensor.wrap(new float[] {number.floatValue()});
      case FLOAT64 -> Tensor.wrap(new double[] {number.doubleValue()});
      case INT32 -> Tensor.wrap(new int[] {number.intValue()});
      case INT64 -> Tensor.wrap(new long[] {number.longValue()});
      case INT8 -> Tensor.wrap(type, new byte[] {number.byteValue()});
      default -> throw new IllegalArgumentException(type + " is not the type of a kernel's field");
    };
  }

  /** A copy of a tensor's elements as an array, whatever axes it has. */
  public static Object array(Tensor tensor) {
    switch (tensor.type()) {
      case FLOAT32 -> {
        return tensor.toFloatArray();
      }
      case FLOAT64 -> {
        double[] doubles = new double[tensor.size()];
        for (int i = 0; i < doubles.length; i++) {
          doubles[i] = tensor.doubleAt(i);
        }
        return doubles;
      }
      case INT32 -> {
        int[] ints = new int[tensor.size()];
        tensor.ints().get(ints);
        return ints;
      }
      case INT64 -> {
        return tensor.toLongArray();
      }
      case INT8 -> {
        byte[] bytes = new byte[tensor.size()];
        tensor.bytes().get(bytes);
        return bytes;
      }
      default ->
          throw new IllegalArgumentException(
              tensor.type() + " is not the type of a kernel's field");
    }
  }
}
