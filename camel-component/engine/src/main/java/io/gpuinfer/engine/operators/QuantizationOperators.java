package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.ReduceKind;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;

/** Operators between floating-point numbers and integers of eight bits. */
final class QuantizationOperators {

  /** From the largest and the smallest element to the step between two integers. */
  private static final Fn STEP =
      Fn.real(
          "select((max($0, (V)(0.0f)) - min($1, (V)(0.0f))) / 255.0f, (V)(1.0f),"
              + " max($0, (V)(0.0f)) == min($1, (V)(0.0f)))",
          a -> {
            float range = (float) Math.max(a[0], 0) - (float) Math.min(a[1], 0);
            return range == 0 ? 1 : range / 255f;
          });

  /** From the smallest element and the step to the integer that stands for 0. */
  private static final Fn ZERO_POINT =
      Fn.real(
          "TO_I(rint(clamp(f_divide(-min($0, (V)(0.0f)), $1), (V)(0.0f), (V)(255.0f))))",
          a -> Math.rint(Math.min(255, -(float) Math.min(a[0], 0) / (float) a[1])));

  private QuantizationOperators() {}

  static void addTo(Map<String, Operator> all) {
    for (String domain : List.of("", "com.microsoft.")) {
      all.put(
          domain + "QuantizeLinear",
          new Limited("to `uint8` and `int8`", QuantizationOperators::quantizeLinear));
      all.put(domain + "DequantizeLinear", QuantizationOperators::dequantizeLinear);
    }
    all.put(
        "DynamicQuantizeLinear",
        call -> {
          Dynamic made = dynamic(call, call.input(0));
          return List.of(made.data(), made.scale(), made.zero());
        });
  }

  private static List<Value> quantizeLinear(Call call) {
    Value zero = call.has(2) ? call.input(2) : null;
    int number = call.attributes().intOr("output_dtype", 0);
    DataType named = number == 0 ? DataType.UINT8 : DataType.ofOnnx(number);
    DataType to = zero == null ? named : zero.type();
    if (number != 0 && to != named) {
      throw call.builder().refusal("a zero point " + zero + " for elements of type " + named);
    }
    Grid grid = Grid.of(call);
    return grid.apply((scale, point) -> Quantization.quantize(call, grid.data(), scale, point, to));
  }

  private static List<Value> dequantizeLinear(Call call) {
    int number = call.attributes().intOr("output_dtype", 0);
    Grid grid = Grid.of(call);
    Value result =
        grid.apply((scale, point) -> Quantization.dequantize(call, grid.data(), scale, point))
            .get(0);
    return List.of(
        number == 0
            ? result
            : ElementwiseOperators.cast(call.builder(), result, DataType.ofOnnx(number)));
  }

  /** Data quantised by their own range. */
  record Dynamic(Value data, Value scale, Value zero) {}

  /** Quantises {@code FLOAT32} data to {@code UINT8} such that all of them fit, and 0 exactly. */
  static Dynamic dynamic(Call call, Value data) {
    Builder builder = call.builder();
    if (!data.type().isFloat()) {
      throw builder.refusal("cannot quantise " + data);
    }
    Value most = extreme(builder, data, ReduceKind.MAX);
    Value least = extreme(builder, data, ReduceKind.MIN);
    Value scale = ElementwiseOperators.apply(builder, data.type(), STEP, most, least);
    Value zero = ElementwiseOperators.apply(builder, DataType.UINT8, ZERO_POINT, least, scale);
    return new Dynamic(Quantization.quantize(call, data, scale, zero, DataType.UINT8), scale, zero);
  }

  /** Row by row first, since a row is one group's work. */
  private static Value extreme(Builder builder, Value data, ReduceKind kind) {
    int length = data.rank() == 0 ? 1 : data.dim(-1);
    int rows = length == 0 ? 0 : data.size() / length;
    int[] each = {rows};
    Value ofRows = builder.emit(new Action.Reduce(kind, rows, length, 1), data.type(), each, data);
    return builder.emit(new Action.Reduce(kind, 1, rows, 1), data.type(), new int[0], ofRows);
  }

  /**
   * Data, scales and zero points under shapes that broadcast.
   *
   * @param call the node, whose first three inputs these are
   * @param data under a shape in which a block of elements with one scale is an axis of its own
   * @param parameters the shape of scales and zero points
   */
  private record Grid(Call call, Value data, int... parameters) {

    static Grid of(Call call) {
      Value data = call.input(0);
      Value scale = call.input(1);
      int block = call.attributes().intOr("block_size", 0);
      if (block < 0) {
        throw call.builder().refusal("blocks of " + block);
      } else if (scale.size() == 1 && block == 0) {
        return new Grid(call, data);
      }
      int axis = Shapes.axis(call.attributes().integer("axis", 1), data.rank());
      if (block == 0) {
        int[] shape = new int[data.rank()];
        Arrays.fill(shape, 1);
        shape[axis] = data.dim(axis);
        if (scale.size() != data.dim(axis)) {
          throw new InvalidInputException(scale + " is no scale for axis " + axis + " of " + data);
        }
        return new Grid(call, data, shape);
      }
      int[] blocks = data.shape();
      blocks[axis] /= block;
      if (data.dim(axis) % block != 0 || !Arrays.equals(blocks, scale.shape())) {
        throw new InvalidInputException(
            scale + " is no scale for blocks of " + block + " along axis " + axis + " of " + data);
      }
      int outer = Shapes.product(blocks, 0, axis + 1);
      int inner = Shapes.product(blocks, axis + 1, blocks.length);
      return new Grid(call, call.builder().reshape(data, outer, block, inner), outer, 1, inner);
    }

    /** What a function of scale and zero point answers, under the shape of the node's data. */
    List<Value> apply(BinaryOperator<Value> function) {
      Value zero = call.has(2) ? call.input(2) : null;
      if (zero != null && zero.size() != call.input(1).size()) {
        throw new InvalidInputException("A zero point " + zero + " for a scale " + call.input(1));
      }
      Value result =
          function.apply(
              call.builder().reshape(call.input(1), parameters),
              zero == null ? null : call.builder().reshape(zero, parameters));
      return List.of(call.builder().reshape(result, call.input(0).shape()));
    }
  }
}
