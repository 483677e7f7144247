package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;

/**
 * Element-wise steps for operators that are made of several. Operands are broadcast; chains of such
 * steps become one function on the device.
 *
 * @param builder takes the actions
 */
record Arithmetic(Builder builder) {

  private static final Fn EXP = Fn.real("f_exp($0)", a -> Math.exp(a[0]));
  private static final Fn LOG = Fn.real("log($0)", a -> Math.log(a[0]));
  private static final Fn RSQRT = Fn.real("(1.0f / sqrt($0))", a -> 1 / Math.sqrt(a[0]));

  /** A function whose result is of the first operand's type. */
  Value apply(Fn fn, Value... operands) {
    return ElementwiseOperators.apply(builder, operands[0].type(), fn, operands);
  }

  /** A comparison or another function whose result is {@code BOOL}. */
  Value test(Fn fn, Value... operands) {
    return ElementwiseOperators.apply(builder, DataType.BOOL, fn, operands);
  }

  Value add(Value a, Value b) {
    return apply(Fn.ADD, a, b);
  }

  Value sub(Value a, Value b) {
    return apply(Fn.SUB, a, b);
  }

  Value mul(Value a, Value b) {
    return apply(Fn.MUL, a, b);
  }

  Value mul(Value a, float factor) {
    return factor == 1 ? a : mul(a, real(factor));
  }

  Value div(Value a, Value b) {
    return apply(Fn.DIV, a, b);
  }

  Value neg(Value a) {
    return apply(ElementwiseOperators.NEG, a);
  }

  Value exp(Value a) {
    return apply(EXP, a);
  }

  Value log(Value a) {
    return apply(LOG, a);
  }

  /** {@code 1 / sqrt(a + epsilon)}. */
  Value inverseRoot(Value a, float epsilon) {
    return apply(RSQRT, add(a, real(epsilon)));
  }

  Value sigmoid(Value a) {
    return apply(ElementwiseOperators.SIGMOID, a);
  }

  /** {@code condition ? a : b}; the condition is {@code BOOL}, a and b are of one type. */
  Value where(Value condition, Value a, Value b) {
    return ElementwiseOperators.apply(
        builder, a.type(), ElementwiseOperators.WHERE, condition, a, b);
  }

  Value cast(Value a, DataType to) {
    return ElementwiseOperators.cast(builder, a, to);
  }

  Value real(float value) {
    return builder.scalar(value);
  }

  Value integer(int value) {
    return builder.derive("integer " + value, none -> Tensor.wrap(new int[] {value}));
  }

  /** A number as the operand of a function of elements of that type. */
  Value number(float value, DataType type) {
    return type.isFloat() ? real(value) : integer((int) value);
  }

  /** {@code INT32} numbers 0, 1, … along one axis of a tensor of that rank; elsewhere extent 1. */
  Value positions(int count, int axis, int rank) {
    int[] numbers = new int[count];
    Arrays.setAll(numbers, i -> i);
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    shape[axis] = count;
    return builder.constant(Tensor.wrap(numbers, shape), false);
  }
}
