package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** Matrix products and convolutions of integers of eight bits. */
final class IntegerOperators {

  private IntegerOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("MatMulInteger", IntegerOperators::matMulInteger);
    all.put("ConvInteger", new Limited(WindowAxis.LIMITS, IntegerOperators::convInteger));
    all.put("QLinearMatMul", IntegerOperators::qLinearMatMul);
    all.put("QLinearConv", new Limited(WindowAxis.LIMITS, IntegerOperators::qLinearConv));
    all.put("com.microsoft.QLinearAdd", call -> qLinear(call, Fn.ADD));
    all.put("com.microsoft.QLinearMul", call -> qLinear(call, Fn.MUL));
    all.put("com.microsoft.QGemm", IntegerOperators::qGemm);
    all.put("com.microsoft.MatMulIntegerToFloat", IntegerOperators::matMulIntegerToFloat);
    all.put("com.microsoft.DynamicQuantizeMatMul", IntegerOperators::dynamicQuantizeMatMul);
  }

  private static List<Value> matMulInteger(Call call) {
    return List.of(
        product(call, call.input(0), optional(call, 2), call.input(1), optional(call, 3)));
  }

  private static List<Value> qLinearMatMul(Call call) {
    Value left = call.input(0);
    Value sums = product(call, left, call.input(2), call.input(3), call.input(5));
    Value zero = call.input(7);
    Value factor =
        factor(
            call,
            ofRows(call, left, call.input(1)),
            ofColumns(call, call.input(4)),
            ofRows(call, left, call.input(6)));
    return List.of(
        Quantization.requantize(call, sums, factor, ofRows(call, left, zero), zero.type()));
  }

  private static List<Value> convInteger(Call call) {
    return List.of(
        convolution(call, call.input(0), optional(call, 2), call.input(1), optional(call, 3)));
  }

  private static List<Value> qLinearConv(Call call) {
    Value data = call.input(0);
    Value sums = convolution(call, data, call.input(2), call.input(3), call.input(5));
    int[] channels = new int[data.rank()];
    Arrays.fill(channels, 1);
    channels[1] = call.input(3).dim(0);
    if (call.has(8)) {
      Value bias = call.builder().reshape(call.input(8), channels);
      Quantization.requireType(call, bias, DataType.INT32);
      sums = ElementwiseOperators.apply(call.builder(), DataType.INT32, Fn.ADD, sums, bias);
    }
    Value zero = call.input(7);
    Value factor =
        factor(
            call,
            one(call, call.input(1)),
            Quantization.scalarOr(call, call.input(4), channels),
            one(call, call.input(6)));
    return List.of(Quantization.requantize(call, sums, factor, one(call, zero), zero.type()));
  }

  /** A function of two quantised tensors; inputs: each with its scale and zero point, then ours. */
  private static List<Value> qLinear(Call call, Fn fn) {
    Value[] operands = new Value[2];
    for (int i = 0; i < 2; i++) {
      Value zero = optional(call, 3 * i + 2);
      operands[i] =
          Quantization.dequantize(
              call,
              call.input(3 * i),
              one(call, call.input(3 * i + 1)),
              zero == null ? null : one(call, zero));
    }
    Value result = ElementwiseOperators.apply(call.builder(), operands[0].type(), fn, operands);
    Value zero = optional(call, 7);
    return List.of(
        Quantization.quantize(
            call,
            result,
            one(call, call.input(6)),
            zero == null ? null : one(call, zero),
            call.input(0).type()));
  }

  /** {@code alpha · A' · B' + C}; of floating point when no scale of the result is given. */
  private static List<Value> qGemm(Call call) {
    Builder builder = call.builder();
    Value a = call.input(0);
    Value b = call.input(3);
    boolean turned = call.attributes().flag("transB", false);
    a = call.attributes().flag("transA", false) ? builder.transpose(a, 1, 0) : a;
    b = turned ? builder.transpose(b, 1, 0) : b;
    Value sums = product(call, a, call.input(2), b, call.input(5));
    if (call.has(6)) {
      Value bias = Quantization.requireType(call, call.input(6), DataType.INT32);
      sums = ElementwiseOperators.apply(builder, DataType.INT32, Fn.ADD, sums, bias);
    }
    Value alpha = builder.scalar(call.attributes().real("alpha", 1));
    Value scale = scale(call, one(call, call.input(1)), ofColumns(call, call.input(4)));
    scale = scale(call, scale, alpha);
    if (!call.has(7)) {
      return List.of(Quantization.dequantize(call, sums, scale, null));
    }
    Value factor = quotient(call, scale, one(call, call.input(7)));
    Value zero = call.input(8);
    return List.of(Quantization.requantize(call, sums, factor, one(call, zero), zero.type()));
  }

  private static List<Value> matMulIntegerToFloat(Call call) {
    Value left = call.input(0);
    Value sums = product(call, left, optional(call, 4), call.input(1), optional(call, 5));
    return scaled(call, sums, ofRows(call, left, call.input(2)), ofColumns(call, call.input(3)), 6);
  }

  private static List<Value> dynamicQuantizeMatMul(Call call) {
    QuantizationOperators.Dynamic left = QuantizationOperators.dynamic(call, call.input(0));
    Value sums = product(call, left.data(), left.zero(), call.input(1), optional(call, 3));
    return scaled(call, sums, left.scale(), ofColumns(call, call.input(2)), 4);
  }

  private static List<Value> scaled(Call call, Value sums, Value left, Value right, int bias) {
    Value result = Quantization.dequantize(call, sums, scale(call, left, right), null);
    if (!call.has(bias)) {
      return List.of(result);
    }
    Value added = Quantization.requireReal(call, call.input(bias));
    return List.of(
        ElementwiseOperators.apply(call.builder(), result.type(), Fn.ADD, result, added));
  }

  /** The matrix product {@code (a − aZero) · (b − bZero)} as {@code INT32}. */
  private static Value product(Call call, Value a, Value aZero, Value b, Value bZero) {
    Value left = Quantization.centred(call, a, aZero == null ? null : ofRows(call, a, aZero));
    Value right = Quantization.centred(call, b, bZero == null ? null : ofColumns(call, bZero));
    int depth = left.rank() == 0 ? 0 : left.dim(-1);
    if (depth == 0 || right.rank() == 0 || right.dim(right.rank() == 1 ? 0 : -2) != depth) {
      throw new InvalidInputException("Cannot multiply " + a + " by " + b);
    }
    int columns = right.rank() == 1 ? 1 : right.dim(-1);
    ExactProduct exact =
        new ExactProduct(
            call.builder(),
            (x, y) -> MatrixOperators.product(call, x, y, true),
            depth,
            element -> element / (depth * columns) * columns + element % columns);
    return exact.of(left, Quantization.bound(a, aZero), right, Quantization.bound(b, bZero));
  }

  /** The convolution of {@code data − dataZero} by {@code weights − zero} as {@code INT32}. */
  private static Value convolution(
      Call call, Value data, Value dataZero, Value weights, Value zero) {
    int[] channels = new int[weights.rank()];
    Arrays.fill(channels, 1);
    channels[0] = weights.dim(0);
    Value left = Quantization.centred(call, data, dataZero == null ? null : one(call, dataZero));
    Value right =
        Quantization.centred(
            call, weights, zero == null ? null : Quantization.scalarOr(call, zero, channels));
    int depth = Shapes.product(weights.shape(), 1, weights.rank());
    BinaryOperator<Value> conv = (x, y) -> WindowOperators.conv(call.with(List.of(x, y))).get(0);
    ExactProduct exact =
        new ExactProduct(call.builder(), conv, depth, element -> element / Math.max(1, depth));
    return exact.of(
        left, Quantization.bound(data, dataZero), right, Quantization.bound(weights, zero));
  }

  private static Value factor(Call call, Value left, Value right, Value result) {
    return quotient(call, scale(call, left, right), result);
  }

  /** The product of two scales. */
  private static Value scale(Call call, Value left, Value right) {
    return ElementwiseOperators.apply(
        call.builder(),
        DataType.FLOAT32,
        Fn.MUL,
        Quantization.requireReal(call, left),
        Quantization.requireReal(call, right));
  }

  private static Value quotient(Call call, Value scale, Value result) {
    Value divisor = Quantization.requireReal(call, result);
    return ElementwiseOperators.apply(call.builder(), DataType.FLOAT32, Fn.DIV, scale, divisor);
  }

  private static Value optional(Call call, int index) {
    return call.has(index) ? call.input(index) : null;
  }

  /** A parameter that is one for the whole tensor. */
  private static Value one(Call call, Value parameter) {
    return call.builder().reshape(parameter);
  }

  /** A parameter of a left matrix: one, or one for each row, which a list tells in a column. */
  private static Value ofRows(Call call, Value matrix, Value parameter) {
    return parameter.rank() <= 1 && matrix.rank() > 1
        ? Quantization.scalarOr(call, parameter, matrix.dim(-2), 1)
        : parameter;
  }

  /** A parameter of a right matrix: one, or one for each column. */
  private static Value ofColumns(Call call, Value parameter) {
    return Quantization.scalarOr(call, parameter, parameter.shape());
  }
}
