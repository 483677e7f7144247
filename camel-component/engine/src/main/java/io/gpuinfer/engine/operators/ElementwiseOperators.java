package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.BFloat16;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Float16;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Expr;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that compute each output element from the elements at its place. */
final class ElementwiseOperators {

  static final Fn NEG = new Fn("(-$0)", a -> -a[0], a -> -a[0]);
  static final Fn ABS_REAL = Fn.real("fabs($0)", a -> Math.abs(a[0]));
  static final Fn ABS_INT = new Fn("max($0, -$0)", a -> Math.abs(a[0]), a -> Math.abs(a[0]));
  private static final Fn RECIPROCAL = Fn.real("(1.0f / $0)", a -> 1 / a[0]);
  static final Fn SIGMOID = Fn.real("f_sigmoid($0)", a -> 1 / (1 + Math.exp(-a[0])));
  static final Fn POW = Fn.real("f_pow($0, $1)", a -> Math.pow(a[0], a[1]));
  static final Fn EQUAL =
      new Fn("TRUTH($0 == $1)", a -> a[0] == a[1] ? 1 : 0, a -> a[0] == a[1] ? 1 : 0);
  static final Fn GREATER =
      new Fn("TRUTH($0 > $1)", a -> a[0] > a[1] ? 1 : 0, a -> a[0] > a[1] ? 1 : 0);
  static final Fn LESS =
      new Fn("TRUTH($0 < $1)", a -> a[0] < a[1] ? 1 : 0, a -> a[0] < a[1] ? 1 : 0);
  static final Fn GREATER_OR_EQUAL =
      new Fn("TRUTH($0 >= $1)", a -> a[0] >= a[1] ? 1 : 0, a -> a[0] >= a[1] ? 1 : 0);
  static final Fn LESS_OR_EQUAL =
      new Fn("TRUTH($0 <= $1)", a -> a[0] <= a[1] ? 1 : 0, a -> a[0] <= a[1] ? 1 : 0);
  static final Fn AND = new Fn("($0 & $1)", null, a -> a[0] & a[1]);
  static final Fn OR = new Fn("($0 | $1)", null, a -> a[0] | a[1]);
  private static final Fn XOR = new Fn("($0 ^ $1)", null, a -> a[0] ^ a[1]);
  private static final Fn NOT = new Fn("(1 - $0)", null, a -> 1 - a[0]);
  static final Fn WHERE =
      new Fn("select($2, $1, $0 != 0)", a -> a[0] != 0 ? a[1] : a[2], a -> a[0] != 0 ? a[1] : a[2]);
  private static final Fn TO_INT = Fn.real("TO_I($0)", a -> (long) a[0]);
  private static final Fn TO_BOOL =
      new Fn("TRUTH($0 != 0)", a -> a[0] != 0 ? 1 : 0, a -> a[0] != 0 ? 1 : 0);
  private static final Fn SAME = new Fn("$0", a -> a[0], a -> a[0]);
  private static final Fn TO_FLOAT16 =
      Fn.real("f_float16($0)", a -> Float16.toFloat(Float16.of((float) a[0])));
  private static final Fn TO_BFLOAT16 =
      Fn.real("f_bfloat16($0)", a -> BFloat16.toFloat(BFloat16.of((float) a[0])));
  private static final Fn WRAP_UINT8 = new Fn("($0 & 255)", null, a -> a[0] & 255);
  private static final Fn WRAP_INT8 = new Fn("(($0 << 24) >> 24)", null, a -> (byte) a[0]);
  static final Fn HARD_SIGMOID =
      Fn.real(
          "clamp($1 * $0 + $2, (V)(0.0f), (V)(1.0f))",
          a -> Math.max(0, Math.min(1, a[1] * a[0] + a[2])));
  static final Fn LEAKY_RELU =
      Fn.real("select($0, $1 * $0, $0 < 0.0f)", a -> a[0] < 0 ? a[1] * a[0] : a[0]);
  static final Fn ELU =
      Fn.real(
          "select($0, $1 * (f_exp(min($0, (V)(0.0f))) - 1.0f), $0 < 0.0f)",
          a -> a[0] < 0 ? a[1] * Math.expm1(a[0]) : a[0]);

  private ElementwiseOperators() {}

  static void addTo(Map<String, Operator> all) {
    unary(all, "Relu", Fn.real("max($0, (V)(0.0f))", a -> Math.max(a[0], 0)));
    unary(all, "Neg", NEG);
    all.put(
        "Abs",
        call -> one(call, call.input(0).type().isFloat() ? ABS_REAL : ABS_INT, call.input(0)));
    unary(all, "Sqrt", Fn.SQRT);
    unary(all, "Reciprocal", RECIPROCAL);
    unary(all, "Sigmoid", SIGMOID);
    unary(all, "Exp", Fn.real("f_exp($0)", a -> Math.exp(a[0])));
    unary(all, "Log", Fn.real("log($0)", a -> Math.log(a[0])));
    unary(all, "Tanh", Fn.real("f_tanh($0)", a -> Math.tanh(a[0])));
    unary(all, "Erf", Fn.real("f_erf($0)", a -> Erf.of(a[0])));
    unary(all, "Floor", Fn.real("floor($0)", a -> Math.floor(a[0])));
    unary(all, "Ceil", Fn.real("ceil($0)", a -> Math.ceil(a[0])));
    unary(all, "Round", Fn.real("rint($0)", a -> Math.rint(a[0])));
    unary(all, "Sin", Fn.real("sin($0)", a -> Math.sin(a[0])));
    unary(all, "Cos", Fn.real("cos($0)", a -> Math.cos(a[0])));
    unary(all, "Softplus", Fn.real("f_softplus($0)", a -> Math.log1p(Math.exp(a[0]))));
    unary(all, "Softsign", Fn.real("($0 / (1.0f + fabs($0)))", a -> a[0] / (1 + Math.abs(a[0]))));
    unary(all, "Not", NOT);
    all.put(
        "HardSwish",
        call -> {
          Value gate =
              apply(
                  call.builder(),
                  DataType.FLOAT32,
                  HARD_SIGMOID,
                  call.input(0),
                  scalar(call, 1 / 6f),
                  scalar(call, 0.5f));
          return one(call, Fn.MUL, call.input(0), gate);
        });
    all.put(
        "HardSigmoid",
        call ->
            one(
                call,
                HARD_SIGMOID,
                call.input(0),
                scalar(call, call.attributes().real("alpha", 0.2f)),
                scalar(call, call.attributes().real("beta", 0.5f))));
    all.put(
        "LeakyRelu",
        call ->
            one(
                call,
                LEAKY_RELU,
                call.input(0),
                scalar(call, call.attributes().real("alpha", 0.01f))));
    all.put(
        "Elu",
        call -> one(call, ELU, call.input(0), scalar(call, call.attributes().real("alpha", 1))));
    all.put("PRelu", ElementwiseOperators::prelu);
    all.put("Clip", ElementwiseOperators::clip);
    binary(all, "Add", Fn.ADD);
    binary(all, "Sub", Fn.SUB);
    binary(all, "Mul", Fn.MUL);
    all.put("Div", ElementwiseOperators::div);
    all.put("Pow", ElementwiseOperators::pow);
    binary(all, "And", AND);
    binary(all, "Or", OR);
    binary(all, "Xor", XOR);
    comparison(all, "Equal", EQUAL);
    comparison(all, "Greater", GREATER);
    comparison(all, "Less", LESS);
    comparison(all, "GreaterOrEqual", GREATER_OR_EQUAL);
    comparison(all, "LessOrEqual", LESS_OR_EQUAL);
    all.put(
        "Where",
        call ->
            List.of(
                apply(
                    call.builder(),
                    call.input(1).type(),
                    WHERE,
                    call.input(0),
                    call.input(1),
                    call.input(2))));
    all.put(
        "Cast",
        call -> {
          DataType to = DataType.ofOnnx(call.attributes().intOr("to", 0));
          return List.of(cast(call.builder(), call.input(0), to));
        });
    all.put("CastLike", call -> List.of(cast(call.builder(), call.input(0), call.input(1).type())));
    variadic(all, "Sum", Fn.ADD);
    variadic(all, "Min", Fn.MIN);
    variadic(all, "Max", Fn.MAX);
    all.put(
        "Mean",
        call -> {
          Value sum = fold(call, Fn.ADD);
          return one(call, Fn.MUL, sum, scalar(call, 1f / call.inputs().size()));
        });
  }

  private static void unary(Map<String, Operator> all, String name, Fn fn) {
    all.put(name, call -> one(call, fn, call.input(0)));
  }

  private static void binary(Map<String, Operator> all, String name, Fn fn) {
    all.put(name, call -> one(call, fn, call.input(0), call.input(1)));
  }

  private static void comparison(Map<String, Operator> all, String name, Fn fn) {
    all.put(
        name,
        call -> List.of(apply(call.builder(), DataType.BOOL, fn, call.input(0), call.input(1))));
  }

  private static void variadic(Map<String, Operator> all, String name, Fn fn) {
    all.put(name, call -> List.of(fold(call, fn)));
  }

  private static Value fold(Call call, Fn fn) {
    Value result = call.input(0);
    for (int i = 1; i < call.inputs().size(); i++) {
      result = apply(call.builder(), result.type(), fn, result, call.input(i));
    }
    return result;
  }

  private static Value scalar(Call call, float value) {
    return call.builder().scalar(value);
  }

  private static List<Value> one(Call call, Fn fn, Value... inputs) {
    return List.of(apply(call.builder(), inputs[0].type(), fn, inputs));
  }

  private static List<Value> prelu(Call call) {
    Value data = call.input(0);
    Value slope = call.input(1);
    if (call.opset() < 7 && slope.rank() == 1 && data.rank() > 2) { // a slope for each channel
      int[] channels = new int[data.rank() - 1];
      Arrays.fill(channels, 1);
      channels[0] = slope.dim(0);
      slope = call.builder().reshape(slope, channels);
    }
    return one(call, LEAKY_RELU, data, slope);
  }

  private static List<Value> clip(Call call) {
    Value value = call.input(0);
    boolean attributes = call.opset() < 11;
    Value low =
        attributes
            ? scalar(call, call.attributes().real("min", -Float.MAX_VALUE))
            : call.has(1) ? call.input(1) : null;
    Value high =
        attributes
            ? scalar(call, call.attributes().real("max", Float.MAX_VALUE))
            : call.has(2) ? call.input(2) : null;
    value = low == null ? value : apply(call.builder(), value.type(), Fn.MAX, value, low);
    return List.of(high == null ? value : apply(call.builder(), value.type(), Fn.MIN, value, high));
  }

  /** A division by a constant becomes a multiplication, which devices do several times faster. */
  private static List<Value> div(Call call) {
    Value divisor = call.input(1);
    if (divisor.type().isFloat() && divisor.isConstant() && !call.input(0).isConstant()) {
      Value factor =
          call.builder()
              .derive(
                  "reciprocal",
                  sources -> {
                    float[] values = sources[0].toFloat32().toFloatArray();
                    for (int i = 0; i < values.length; i++) {
                      values[i] = 1 / values[i];
                    }
                    return Tensor.wrap(values, sources[0].shape());
                  },
                  divisor);
      return one(call, Fn.MUL, call.input(0), factor);
    }
    return one(call, Fn.DIV, call.input(0), divisor);
  }

  private static List<Value> pow(Call call) {
    Value exponent = call.input(1);
    if (exponent.isScalarConstant()) {
      double power = exponent.constant().doubleAt(0);
      if (power == 2) {
        return one(call, Fn.SQUARE, call.input(0));
      } else if (power == 0.5) {
        return one(call, Fn.SQRT, call.input(0));
      }
    }
    if (!call.input(0).type().isFloat() || !exponent.type().isFloat()) {
      return List.of(NumberOperators.power(call, call.input(0), exponent));
    }
    return one(call, POW, call.input(0), exponent);
  }

  /**
   * The value as another type. To half precision its elements are rounded; to eight bits they are
   * cut off, after their fractions.
   */
  static Value cast(Builder builder, Value value, DataType to) {
    if (value.type() == to) {
      return value;
    } else if (to.isHalf()) {
      Value real = value.type().isFloat() ? value : cast(builder, value, DataType.FLOAT32);
      return apply(builder, to, to == DataType.FLOAT16 ? TO_FLOAT16 : TO_BFLOAT16, real);
    } else if (to == DataType.BOOL) {
      return apply(builder, to, TO_BOOL, value);
    } else if (value.type().isFloat() == to.isFloat()) {
      return apply(builder, to, SAME, value);
    }
    return apply(builder, to, to.isFloat() ? Fn.TO_REAL : TO_INT, value);
  }

  /**
   * Adds one function over broadcast inputs. Four-dimensional data stay channels last when one of
   * the inputs is so already. What does not fit a result of eight bits wraps around.
   */
  static Value apply(Builder builder, DataType type, Fn fn, Value... inputs) {
    boolean integers = Arrays.stream(inputs).noneMatch(input -> input.type().isFloat());
    if ((integers ? fn.integer() : fn.real()) == null) {
      throw builder.refusal("not supported for elements of this type");
    }
    int[] shape = Shapes.broadcast(Arrays.stream(inputs).map(Value::shape).toArray(int[][]::new));
    boolean last =
        shape.length == 4
            && Arrays.stream(inputs).anyMatch(builder::isChannelsLast)
            && Arrays.stream(inputs)
                .noneMatch(v -> v.isConstant() && v.rank() == 4 && v.size() > 65536);
    Value[] operands = inputs.clone();
    if (last) {
      for (int i = 0; i < operands.length; i++) {
        if (operands[i].size() > 1) {
          int[] full = new int[4];
          Arrays.fill(full, 1);
          System.arraycopy(
              operands[i].shape(), 0, full, 4 - operands[i].rank(), operands[i].rank());
          operands[i] = builder.channelsLast(builder.reshape(operands[i], full));
        }
      }
      shape = Shapes.permute(shape, 0, 2, 3, 1);
    }
    List<Expr> arguments = new ArrayList<>();
    for (int i = 0; i < operands.length; i++) {
      arguments.add(new Expr.Input(i, !operands[i].type().isFloat()));
    }
    Expr expr = wrapped(new Expr.Call(fn, !type.isFloat(), arguments), type);
    Value result = builder.emit(new Action.Elementwise(expr), type, shape, operands);
    return last ? builder.channelsFirst(result) : result;
  }

  /** The device computes integers of 32 bits. */
  private static Expr wrapped(Expr expr, DataType type) {
    return switch (type) {
      case UINT8 -> new Expr.Call(WRAP_UINT8, expr);
      case INT8 -> new Expr.Call(WRAP_INT8, expr);
      default -> expr;
    };
  }
}
