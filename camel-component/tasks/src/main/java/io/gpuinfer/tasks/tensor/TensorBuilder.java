package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.BFloat16;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Float16;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/**
 * Collects the elements of a tensor. Its array grows with them, so that a few bytes that claim a
 * large shape take no large memory.
 */
final class TensorBuilder {

  private static final int FIRST_CAPACITY = 1 << 12;

  private final DataType type;
  private final int most;
  private Object values;
  private int capacity;
  private int count;

  /**
   * @param most elements that may be added
   */
  TensorBuilder(DataType type, int most) {
    this.type = type;
    this.most = most;
    this.capacity = Math.min(most, FIRST_CAPACITY);
    this.values = Array.newInstance(component(type), capacity);
  }

  /** Adds elements that are in the type's own bits and the buffer's order of bytes. */
  void addBits(ByteBuffer bits) {
    int added = bits.remaining() / type.bytes();
    reserve(added);
    switch (type) {
      case FLOAT32 -> bits.asFloatBuffer().get((float[]) values, count, added);
      case FLOAT64 -> bits.asDoubleBuffer().get((double[]) values, count, added);
      case FLOAT16, BFLOAT16 -> bits.asShortBuffer().get((short[]) values, count, added);
      case INT32 -> bits.asIntBuffer().get((int[]) values, count, added);
      case INT64 -> bits.asLongBuffer().get((long[]) values, count, added);
      case INT8, UINT8, BOOL -> bits.get((byte[]) values, count, added);
    }
    count += added;
  }

  /**
   * Adds a whole number.
   *
   * @throws InvalidInputException when the type does not have it
   */
  void add(long value) {
    reserve(1);
    switch (type) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> add((double) value);
      case INT64 -> ((long[]) values)[count++] = value;
      case INT32 -> ((int[]) values)[count++] = (int) within(Integer.MIN_VALUE, value, 0x7fff_ffff);
      case INT8 -> ((byte[]) values)[count++] = (byte) within(Byte.MIN_VALUE, value, 0x7f);
      case UINT8 -> ((byte[]) values)[count++] = (byte) within(0, value, 0xff);
      case BOOL -> ((byte[]) values)[count++] = (byte) within(0, value, 1);
    }
  }

  /**
   * Adds a number, rounded to the nearest of a floating-point type.
   *
   * @throws InvalidInputException when the type has none like it
   */
  void add(double value) {
    reserve(1);
    switch (type) {
      case FLOAT64 -> ((double[]) values)[count++] = value;
      case FLOAT32 -> ((float[]) values)[count++] = finite(value, (float) value);
      case FLOAT16, BFLOAT16 -> {
        short bits =
            type == DataType.FLOAT16 ? Float16.of((float) value) : BFloat16.of((float) value);
        finite(value, type == DataType.FLOAT16 ? Float16.toFloat(bits) : BFloat16.toFloat(bits));
        ((short[]) values)[count++] = bits;
      }
      case INT64, INT32, INT8, UINT8, BOOL -> {
        if ((long) value != value || (long) value == Long.MAX_VALUE) {
          throw outside(value);
        }
        add((long) value);
      }
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  /**
   * The tensor.
   *
   * @throws InvalidInputException when the shape holds another number of elements
   */
  Tensor build(long... shape) {
    return wrap(resized(count), shape);
  }

  /** The tensor of elements that were added column by column: the first axis varies fastest. */
  Tensor buildFromColumns(long... shape) {
    Object rows = Array.newInstance(component(type), count);
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    long[] index = new long[shape.length];
    long from = 0;
    for (int to = 0; to < count; to++) {
      System.arraycopy(values, (int) from, rows, to, 1);
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        from += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        from -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return wrap(rows, shape);
  }

  private void reserve(int added) {
    if (added > most - count) {
      throw new InvalidInputException(
          "There are more than the %d values of its shape".formatted(most));
    }
    if (added > capacity - count) {
      capacity = (int) Math.min(most, Math.max(count + (long) added, 2L * capacity));
      values = resized(capacity);
    }
  }

  private Object resized(int length) {
    if (Array.getLength(values) == length) {
      return values;
    }
    Object resized = Array.newInstance(component(type), length);
    System.arraycopy(values, 0, resized, 0, count);
    return resized;
  }

  private Tensor wrap(Object elements, long... shape) {
    return switch (type) {
      case FLOAT32 -> Tensor.wrap((float[]) elements, shape);
      case FLOAT64 -> Tensor.wrap((double[]) elements, shape);
      case FLOAT16, BFLOAT16 -> Tensor.wrap(type, (short[]) elements, shape);
      case INT32 -> Tensor.wrap((int[]) elements, shape);
      case INT64 -> Tensor.wrap((long[]) elements, shape);
      case INT8, UINT8, BOOL -> Tensor.wrap(type, (byte[]) elements, shape);
    };
  }

  private static Class<?> component(DataType type) {
    return switch (type) {
      case FLOAT32 -> float.class;
      case FLOAT64 -> double.class;
      case FLOAT16, BFLOAT16 -> short.class;
      case INT32 -> int.class;
      case INT64 -> long.class;
      case INT8, UINT8, BOOL -> byte.class;
    };
  }

  private long within(long lowest, long value, long highest) {
    if (value < lowest || value > highest) {
      throw outside(value);
    }
    return value;
  }

  /** Infinity itself is a number of the type; what becomes infinite by rounding is not. */
  private float finite(double value, float rounded) {
    if (Float.isInfinite(rounded) && !Double.isInfinite(value)) {
      throw outside(value);
    }
    return rounded;
  }

  private InvalidInputException outside(Number value) {
    return new InvalidInputException("%s is no number of type %s".formatted(value, type));
  }
}
