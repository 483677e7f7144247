package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;

/**
 * Indices into a tensor seen as one row of elements, made from indices along its axes. An index
 * that is out of the range of its axis becomes one that is out of the range of the row.
 */
final class FlatIndex {

  private static final Fn FLAT =
      new Fn("i_flat($0, $1, $2, $3)", null, a -> flat(a[0], a[1], a[2], a[3]));

  private FlatIndex() {}

  private static long flat(long before, long index, long extent, long stride) {
    long at = index < 0 ? index + extent : index;
    return before < 0 || at < 0 || at >= extent ? Integer.MIN_VALUE : before + at * stride;
  }

  /** A number that is the same for all elements. */
  static Value number(Builder builder, int value) {
    return builder.constant(Tensor.wrap(new int[] {value}), true);
  }

  /**
   * Adds one axis.
   *
   * @param before what the axes so far come to
   * @param index indices along the axis, of any shape that fits
   */
  static Value plus(Builder builder, Value before, Value index, int extent, int stride) {
    return ElementwiseOperators.apply(
        builder,
        DataType.INT32,
        FLAT,
        before,
        index,
        number(builder, extent),
        number(builder, stride));
  }

  /** {@code 0, stride, 2·stride, …} along one axis, for broadcasting. */
  static Value steps(Builder builder, int rank, int axis, int extent, int stride) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[axis] = extent;
    int[] steps = new int[extent];
    Arrays.setAll(steps, i -> i * stride);
    return builder.constant(Tensor.wrap(steps, shape), false);
  }

  /** For every place of the shape, what its axes other than the given one come to. */
  static Value places(Builder builder, int[] shape, int[] strides, int except) {
    Value sum = number(builder, 0);
    for (int i = 0; i < shape.length; i++) {
      if (i != except && shape[i] > 1) {
        Value steps = steps(builder, shape.length, i, shape[i], strides[i]);
        sum = ElementwiseOperators.apply(builder, DataType.INT32, Fn.ADD, sum, steps);
      }
    }
    return sum;
  }
}
