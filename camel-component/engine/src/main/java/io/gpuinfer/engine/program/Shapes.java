package io.gpuinfer.engine.program;

import io.gpuinfer.engine.InvalidInputException;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Arithmetic on shapes: extents from the outermost axis to the innermost. */
public final class Shapes {

  private Shapes() {}

  /**
   * @throws InvalidInputException when the elements are over 2^31, or an extent is negative
   */
  public static int size(int... shape) {
    long size = 1;
    for (int dim : shape) {
      if (dim < 0) {
        throw new InvalidInputException(
            "A shape " + Arrays.toString(shape) + " has a negative extent");
      }
      size *= dim;
      if (size > Integer.MAX_VALUE) {
        throw new InvalidInputException(
            "A tensor of shape " + Arrays.toString(shape) + " is too large");
      }
    }
    return (int) size;
  }

  /** The product of the extents of axes {@code from} (inclusive) to {@code to} (exclusive). */
  public static int product(int[] shape, int from, int to) {
    return size(Arrays.copyOfRange(shape, from, to));
  }

  public static int[] ints(long... shape) {
    return LongStream.of(shape).mapToInt(Math::toIntExact).toArray();
  }

  public static long[] longs(int... shape) {
    return Arrays.stream(shape).asLongStream().toArray();
  }

  /** Row-major strides in elements. */
  public static int[] strides(int... shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return strides;
  }

  /** An axis counted from the first. */
  public static int axis(long axis, int rank) {
    if (axis < -rank || axis >= Math.max(rank, 1)) {
      throw new InvalidInputException("Axis " + axis + " of a tensor of rank " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /**
   * The shape that all given ones stretch to (NumPy's broadcasting).
   *
   * @throws InvalidInputException when two extents differ and neither is 1
   */
  public static int[] broadcast(int[]... shapes) {
    int rank = Arrays.stream(shapes).mapToInt(shape -> shape.length).max().orElse(0);
    int[] result = new int[rank];
    Arrays.fill(result, 1);
    for (int[] shape : shapes) {
      for (int i = 0; i < shape.length; i++) {
        int at = rank - shape.length + i;
        if (shape[i] != 1 && result[at] != 1 && result[at] != shape[i]) {
          throw new InvalidInputException(
              "Shapes do not fit: " + Arrays.deepToString(shapes) + " at axis " + at);
        }
        result[at] = shape[i] == 1 ? result[at] : shape[i];
      }
    }
    return result;
  }

  /** Strides that read a tensor of {@code shape} as if it had the broadcast shape {@code to}. */
  public static int[] broadcastStrides(int[] shape, int[] to) {
    int[] own = strides(shape);
    int[] strides = new int[to.length];
    for (int i = 0; i < shape.length; i++) {
      strides[to.length - shape.length + i] = shape[i] == 1 ? 0 : own[i];
    }
    return strides;
  }

  public static int[] permute(int[] values, int... perm) {
    return Arrays.stream(perm).map(axis -> values[axis]).toArray();
  }
}
