package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Value;
import java.util.function.BinaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * Sums of products of integers, exact although the device computes floats. Floats are exact up to
 * 2²⁴; where a sum may be larger, one of the factors is cut into two digits, each digit's sums are
 * computed by themselves, and put together as integers.
 *
 * @param builder takes the actions
 * @param product the device's sums of products, of integers given as {@code FLOAT32}
 * @param depth products in one sum
 * @param sums the number of the sum, from 0 to below the right factor's size, that an element of
 *     the right factor goes into
 */
record ExactProduct(
    Builder builder, BinaryOperator<Value> product, int depth, IntUnaryOperator sums) {

  private static final long EXACT = 1L << 24;

  /**
   * The sums as {@code INT32}.
   *
   * @param leftBound the largest absolute value of the left factor's elements
   * @param rightBound the same for the right factor
   */
  Value of(Value left, int leftBound, Value right, int rightBound) {
    if (fits(leftBound, right, rightBound)) {
      return ElementwiseOperators.cast(builder, product.apply(left, right), DataType.INT32);
    } else if (Math.max(leftBound, rightBound) < 2) {
      throw builder.refusal("sums of " + depth + " products are not supported");
    } else if (rightBound >= leftBound) {
      int base = base(rightBound);
      return joined(
          base,
          of(left, leftBound, high(right, base), highBound(rightBound, base)),
          of(left, leftBound, low(right, base), base / 2));
    }
    int base = base(leftBound);
    return joined(
        base,
        of(high(left, base), highBound(leftBound, base), right, rightBound),
        of(low(left, base), base / 2, right, rightBound));
  }

  /** Whether no sum can be too large; of constants it is known how large they really are. */
  private boolean fits(int leftBound, Value right, int rightBound) {
    if ((long) depth * leftBound * rightBound <= EXACT) {
      return true;
    } else if (!right.isConstant()) {
      return false;
    }
    Value largest = builder.derive("largest sum of " + depth, t -> largestSum(t[0]), right);
    return largest.constant().doubleAt(0) * leftBound <= EXACT;
  }

  private Tensor largestSum(Tensor right) {
    long[] totals = new long[right.size()];
    long largest = 0;
    for (int i = 0; i < totals.length; i++) {
      int sum = sums.applyAsInt(i);
      totals[sum] += Math.abs(right.longAt(i));
      largest = Math.max(largest, totals[sum]);
    }
    return Tensor.wrap(new long[] {largest});
  }

  /** About the square root of what there is to cut up. */
  private static int base(int bound) {
    return 1 << ((33 - Integer.numberOfLeadingZeros(bound)) / 2);
  }

  private static int highBound(int bound, int base) {
    return (bound + base / 2) / base;
  }

  private Value high(Value value, int base) {
    Fn fn = Fn.real("rint($0 / %d.0f)".formatted(base), a -> Math.rint(a[0] / base));
    return ElementwiseOperators.apply(builder, DataType.FLOAT32, fn, value);
  }

  private Value low(Value value, int base) {
    Fn fn =
        Fn.real(
            "($0 - %1$d.0f * rint($0 / %1$d.0f))".formatted(base),
            a -> a[0] - base * Math.rint(a[0] / base));
    return ElementwiseOperators.apply(builder, DataType.FLOAT32, fn, value);
  }

  private Value joined(int base, Value high, Value low) {
    Fn fn = new Fn("($0 * %d + $1)".formatted(base), null, a -> a[0] * base + a[1]);
    return ElementwiseOperators.apply(builder, DataType.INT32, fn, high, low);
  }
}
