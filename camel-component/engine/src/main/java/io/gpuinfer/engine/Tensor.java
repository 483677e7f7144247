package io.gpuinfer.engine;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * An immutable n-dimensional array in row-major order.
 *
 * <p>The {@code of} factories copy the given array; the {@code wrap} factories take ownership of
 * it, so the caller must not write to it afterwards. Buffers handed out are read-only views.
 */
public final class Tensor {

  private final DataType type;
  private final long[] shape;
  private final int size;
  private final Object data; // float[], int[], long[], double[], short[] or byte[], after the type

  private Tensor(DataType type, Object data, int length, long... shape) {
    this.type = type;
    this.shape = shape.clone();
    this.data = data;
    this.size = sizeOf(shape);
    if (size != length) {
      throw new InvalidInputException(
          "A tensor of shape "
              + Arrays.toString(shape)
              + " has "
              + size
              + " elements, but "
              + length
              + " values were given");
    }
  }

  public static Tensor of(float[] values, long... shape) {
    return wrap(values.clone(), shape);
  }

  public static Tensor of(int[] values, long... shape) {
    return wrap(values.clone(), shape);
  }

  public static Tensor of(long[] values, long... shape) {
    return wrap(values.clone(), shape);
  }

  public static Tensor wrap(float[] values, long... shape) {
    return new Tensor(DataType.FLOAT32, values, values.length, shape);
  }

  public static Tensor wrap(int[] values, long... shape) {
    return new Tensor(DataType.INT32, values, values.length, shape);
  }

  public static Tensor wrap(long[] values, long... shape) {
    return new Tensor(DataType.INT64, values, values.length, shape);
  }

  public static Tensor wrap(double[] values, long... shape) {
    return new Tensor(DataType.FLOAT64, values, values.length, shape);
  }

  /**
   * Takes ownership of bytes that hold {@code UINT8}, {@code INT8} or {@code BOOL} (0 or 1)
   * elements.
   */
  public static Tensor wrap(DataType type, byte[] values, long... shape) {
    if (type.bytes() != 1) {
      throw new IllegalArgumentException(type + " is not a type of one byte");
    }
    return new Tensor(type, values, values.length, shape);
  }

  /** Takes ownership of the bits of {@code FLOAT16} or {@code BFLOAT16} elements. */
  public static Tensor wrap(DataType type, short[] bits, long... shape) {
    if (!type.isHalf()) {
      throw new IllegalArgumentException(type + " is not a floating-point type of two bytes");
    }
    return new Tensor(type, bits, bits.length, shape);
  }

  /**
   * A tensor of a floating-point type, its elements rounded to that type's nearest numbers.
   *
   * @param type one for which {@link DataType#isFloat()} holds
   */
  public static Tensor rounded(DataType type, float[] values, long... shape) {
    switch (type) {
      case FLOAT32 -> {
        return of(values, shape);
      }
      case FLOAT64 -> {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wrap(wide, shape);
      }
      case FLOAT16, BFLOAT16 -> {
        short[] bits = new short[values.length];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = type == DataType.FLOAT16 ? Float16.of(values[i]) : BFloat16.of(values[i]);
        }
        return wrap(type, bits, shape);
      }
      default -> throw new IllegalArgumentException(type + " is no floating-point type");
    }
  }

  /** Elements that a shape holds; 1 for a scalar. */
  public static int sizeOf(long... shape) {
    long product = 1;
    for (long dim : shape) {
      if (dim < 0) {
        throw new InvalidInputException("Negative dimension in shape " + Arrays.toString(shape));
      }
      boolean tooLarge = product > 0 && dim > Integer.MAX_VALUE / product;
      product *= dim;
      if (tooLarge) {
        throw new InvalidInputException(
            "A tensor of shape " + Arrays.toString(shape) + " is over 2^31 elements");
      }
    }
    return (int) product;
  }

  public DataType type() {
    return type;
  }

  public long[] shape() {
    return shape.clone();
  }

  public int rank() {
    return shape.length;
  }

  /** The extent of one axis; a negative axis counts from the last. */
  public long dim(int axis) {
    return shape[axis < 0 ? axis + shape.length : axis];
  }

  /** Number of elements. */
  public int size() {
    return size;
  }

  /** The same elements under another shape of the same size; no copy. */
  public Tensor reshape(long... newShape) {
    return new Tensor(type, data, size, newShape);
  }

  /** A read-only view of {@code FLOAT32} elements. */
  public FloatBuffer floats() {
    return FloatBuffer.wrap(array(float[].class)).asReadOnlyBuffer();
  }

  /** A read-only view of {@code INT32} elements. */
  public IntBuffer ints() {
    return IntBuffer.wrap(array(int[].class)).asReadOnlyBuffer();
  }

  /** A read-only view of {@code INT64} elements. */
  public LongBuffer longs() {
    return LongBuffer.wrap(array(long[].class)).asReadOnlyBuffer();
  }

  /** A read-only view of the bits of {@code FLOAT16} or {@code BFLOAT16} elements. */
  public ShortBuffer shorts() {
    return ShortBuffer.wrap(array(short[].class)).asReadOnlyBuffer();
  }

  /** A read-only view of one-byte elements. */
  public ByteBuffer bytes() {
    return ByteBuffer.wrap(array(byte[].class)).asReadOnlyBuffer();
  }

  /** A copy of {@code FLOAT32} elements. */
  public float[] toFloatArray() {
    return array(float[].class).clone();
  }

  /**
   * A copy of adjacent elements.
   *
   * @param from the first of them
   * @param partShape their shape
   */
  public Tensor part(int from, long... partShape) {
    int length = sizeOf(partShape);
    Object part = Array.newInstance(data.getClass().getComponentType(), length);
    System.arraycopy(data, from, part, 0, length);
    return new Tensor(type, part, length, partShape);
  }

  /**
   * Tensors one after another along axis 0, each extended by zeros along the axes where it is
   * shorter than the others.
   *
   * @param parts of one type and rank, and along no axis longer than the shape says
   * @param shape of the whole
   */
  public static Tensor stack(List<Tensor> parts, long... shape) {
    Tensor first = parts.get(0);
    int length = sizeOf(shape);
    Object whole = Array.newInstance(first.data.getClass().getComponentType(), length);
    int rowSize = shape[0] == 0 ? 0 : length / (int) shape[0];
    int at = 0;
    for (Tensor part : parts) {
      part.copyExtended(0, 0, part.size, whole, at, (int) part.shape[0] * rowSize, shape);
      at += (int) part.shape[0] * rowSize;
    }
    return new Tensor(first.type, whole, length, shape);
  }

  /**
   * Copies a block of this tensor to the beginning of a block that is as large or larger.
   *
   * @param axis along which the blocks consist of smaller ones
   */
  private void copyExtended(
      int axis, int from, int fromSize, Object whole, int to, int toSize, long... wholeShape) {
    if (fromSize == toSize || axis == shape.length - 1) {
      System.arraycopy(data, from, whole, to, fromSize);
      return;
    }
    int steps = (int) shape[axis];
    // Along axis 0 the target has room for the part's rows, beyond it for those of the whole.
    int toSteps = axis == 0 ? steps : (int) wholeShape[axis];
    for (int i = 0; i < steps; i++) {
      int fromStep = fromSize / steps;
      int toStep = toSize / toSteps;
      copyExtended(
          axis + 1, from + i * fromStep, fromStep, whole, to + i * toStep, toStep, wholeShape);
    }
  }

  /** The elements as {@code FLOAT32}, whatever the type; no copy when they are that. */
  public Tensor toFloat32() {
    if (type == DataType.FLOAT32) {
      return this;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) doubleAt(i);
    }
    return wrap(values, shape);
  }

  /** Element {@code index} as a double, whatever the type. */
  public double doubleAt(int index) {
    return switch (type) {
      case FLOAT32 -> ((float[]) data)[index];
      case FLOAT64 -> ((double[]) data)[index];
      case FLOAT16 -> Float16.toFloat(((short[]) data)[index]);
      case BFLOAT16 -> BFloat16.toFloat(((short[]) data)[index]);
      default -> longAt(index);
    };
  }

  /** Element {@code index} as a long, whatever the type; floating-point values are truncated. */
  public long longAt(int index) {
    return switch (type) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> (long) doubleAt(index);
      case INT32 -> ((int[]) data)[index];
      case INT64 -> ((long[]) data)[index];
      case INT8, BOOL -> ((byte[]) data)[index];
      case UINT8 -> ((byte[]) data)[index] & 0xff;
    };
  }

  /** All elements as longs. */
  public long[] toLongArray() {
    long[] values = new long[size];
    Arrays.setAll(values, this::longAt);
    return values;
  }

  /** Copies {@code count} {@code FLOAT32} elements into {@code target}. */
  public void copyTo(int from, float[] target, int at, int count) {
    System.arraycopy(array(float[].class), from, target, at, count);
  }

  private <T> T array(Class<T> kind) {
    if (!kind.isInstance(data)) {
      throw new IllegalStateException(
          "A " + type + " tensor cannot be viewed as " + kind.getSimpleName());
    }
    return kind.cast(data);
  }

  /** Equal type, shape and elements (bit for bit for floating point). */
  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && Arrays.deepEquals(new Object[] {data}, new Object[] {that.data});
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(shape);
  }

  /** Type and shape with the first few elements, for messages and logs. */
  @Override
  public String toString() {
    IntFunction<Object> element = i -> type.isFloat() ? (Object) doubleAt(i) : (Object) longAt(i);
    StringBuilder text = new StringBuilder(type + Arrays.toString(shape)).append(" {");
    for (int i = 0; i < Math.min(size, 6); i++) {
      text.append(i == 0 ? "" : ", ").append(element.apply(i));
    }
    return text.append(size > 6 ? ", …}" : "}").toString();
  }
}
