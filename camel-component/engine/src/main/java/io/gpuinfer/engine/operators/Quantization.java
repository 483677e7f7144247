package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;

/**
 * Numbers kept as integers of eight bits: {@code number = (integer − zero point) · scale}. On the
 * way to integers, what is half way between two goes to the even one, and what does not fit becomes
 * the nearest that does.
 */
final class Quantization {

  private static final Fn DEQUANTIZE =
      Fn.real("(TO_V($0 - $2) * $1)", a -> (float) (a[0] - a[2]) * (float) a[1]);
  private static final Fn DEQUANTIZE_PLAIN =
      Fn.real("(TO_V($0) * $1)", a -> (float) a[0] * (float) a[1]);
  private static final Fn QUANTIZE_UINT8 = quantize(0, 255);
  private static final Fn QUANTIZE_INT8 = quantize(-128, 127);
  private static final Fn REQUANTIZE_UINT8 = requantize(0, 255);
  private static final Fn REQUANTIZE_INT8 = requantize(-128, 127);
  private static final Fn CENTRE = new Fn("TO_V($0 - $1)", null, a -> a[0] - a[1]);

  private Quantization() {}

  private static Fn quantize(int low, int high) {
    return Fn.real(
        saturated("f_divide($0, $1)", low, high),
        a -> clamp(Math.rint((float) a[0] / (float) a[1]) + a[2], low, high));
  }

  private static Fn requantize(int low, int high) {
    return Fn.real(
        saturated("TO_V($0) * $1", low, high),
        a -> clamp(Math.rint((float) a[0] * (float) a[1]) + a[2], low, high));
  }

  private static String saturated(String number, int low, int high) {
    return "TO_I(clamp(rint(%s) + TO_V($2), (V)(%d.0f), (V)(%d.0f)))".formatted(number, low, high);
  }

  private static double clamp(double value, int low, int high) {
    return Math.max(low, Math.min(high, value));
  }

  /**
   * {@code (data − zero) · scale}, of the scale's type; all three broadcast.
   *
   * @param zero of the data's type, or null for 0
   */
  static Value dequantize(Call call, Value data, Value scale, Value zero) {
    requireReal(call, scale);
    if (data.type().isFloat() || data.type() == DataType.BOOL) {
      throw call.builder().refusal(data + " is not quantised");
    } else if (zero == null) {
      return apply(call, scale.type(), DEQUANTIZE_PLAIN, data, scale);
    }
    requireType(call, zero, data.type());
    return apply(call, scale.type(), DEQUANTIZE, data, scale, zero);
  }

  /**
   * {@code saturated(rint(data / scale) + zero)}, of the type {@code to}; all three broadcast.
   *
   * @param zero of the type {@code to}, or null for 0
   * @param to {@code UINT8} or {@code INT8}
   */
  static Value quantize(Call call, Value data, Value scale, Value zero, DataType to) {
    requireReal(call, scale);
    Value real =
        data.type().isFloat()
            ? data
            : ElementwiseOperators.cast(call.builder(), data, DataType.FLOAT32);
    Fn fn = requireByte(call, to) == DataType.UINT8 ? QUANTIZE_UINT8 : QUANTIZE_INT8;
    return apply(call, to, fn, real, scale, zeroOr(call, zero, to));
  }

  /**
   * {@code saturated(rint(sum · factor) + zero)}, of the type {@code to}; all three broadcast.
   *
   * @param sum of {@code INT32}
   * @param zero of the type {@code to}, or null for 0
   * @param to {@code UINT8} or {@code INT8}
   */
  static Value requantize(Call call, Value sum, Value factor, Value zero, DataType to) {
    Fn fn = requireByte(call, to) == DataType.UINT8 ? REQUANTIZE_UINT8 : REQUANTIZE_INT8;
    return apply(call, to, fn, sum, factor, zeroOr(call, zero, to));
  }

  /**
   * {@code data − zero} as {@code FLOAT32}, of the shape of the data.
   *
   * @param data of {@code UINT8} or {@code INT8}
   * @param zero of the data's type, or null for 0
   */
  static Value centred(Call call, Value data, Value zero) {
    requireByte(call, data.type());
    if (zero == null) {
      return ElementwiseOperators.cast(call.builder(), data, DataType.FLOAT32);
    }
    requireType(call, zero, data.type());
    if (!Arrays.equals(Shapes.broadcast(data.shape(), zero.shape()), data.shape())) {
      throw new InvalidInputException("A zero point " + zero + " for " + data);
    }
    return apply(call, DataType.FLOAT32, CENTRE, data, zero);
  }

  /** The largest absolute value that {@link #centred} can answer. */
  static int bound(Value data, Value zero) {
    int low = data.type() == DataType.UINT8 ? 0 : -128;
    int high = low + 255;
    if (zero == null) {
      return Math.max(high, -low);
    } else if (!zero.isConstant()) {
      return 255;
    }
    int bound = 0;
    for (long point : zero.constant().toLongArray()) {
      bound = (int) Math.max(bound, Math.max(high - point, point - low));
    }
    return bound;
  }

  /** A scale or zero point of one element as a scalar, so that it widens no shape. */
  static Value scalarOr(Call call, Value parameter, int... shape) {
    return parameter.size() == 1
        ? call.builder().reshape(parameter)
        : call.builder().reshape(parameter, shape);
  }

  private static Value zeroOr(Call call, Value zero, DataType type) {
    if (zero == null) {
      return ElementwiseOperators.cast(call.builder(), call.builder().scalar(0), type);
    }
    requireType(call, zero, type);
    return zero;
  }

  private static DataType requireByte(Call call, DataType type) {
    if (type != DataType.UINT8 && type != DataType.INT8) {
      throw call.builder().refusal("quantised elements of type " + type + " are not supported");
    }
    return type;
  }

  /** A scale, or whatever else has to be of floating point. */
  static Value requireReal(Call call, Value value) {
    if (!value.type().isFloat()) {
      throw call.builder().refusal(value + " should be of floating point");
    }
    return value;
  }

  /** A zero point or bias, which has to be of the type of what it is for. */
  static Value requireType(Call call, Value value, DataType type) {
    if (value.type() != type) {
      throw call.builder().refusal(value + " should be of type " + type);
    }
    return value;
  }

  private static Value apply(Call call, DataType type, Fn fn, Value... inputs) {
    return ElementwiseOperators.apply(call.builder(), type, fn, inputs);
  }
}
