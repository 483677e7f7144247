package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Value;
import java.util.List;
import java.util.Map;

/** Element-wise operators on integers and bits, and tests of what a number is. */
final class NumberOperators {

  private static final Fn FLOOR_MOD =
      new Fn("($0 - $1 * floor($0 / $1))", "i_mod($0, $1)", null, a -> Math.floorMod(a[0], a[1]));
  private static final Fn REMAINDER =
      new Fn("fmod($0, $1)", "i_rem($0, $1)", a -> a[0] % a[1], a -> a[0] % a[1]);
  private static final Fn SIGN =
      new Fn(
          "sign($0)",
          "(TRUTH($0 > 0) - TRUTH($0 < 0))",
          a -> Math.signum(a[0]),
          a -> Long.signum(a[0]));
  private static final Fn IS_NAN =
      new Fn("TRUTH(isnan($0))", a -> Double.isNaN(a[0]) ? 1 : 0, null);
  private static final Fn IS_INF =
      new Fn("TRUTH(isinf($0))", a -> Double.isInfinite(a[0]) ? 1 : 0, null);
  private static final Fn NOT_BYTE = new Fn("(~$0 & 255)", null, a -> ~a[0] & 255);
  private static final Fn NOT = new Fn("(~$0)", null, a -> ~a[0]);
  private static final Fn LEFT =
      new Fn(
          "select(($0 << $1) & 255, (I)(0), $1 > 7)",
          null,
          a -> a[1] > 7 ? 0 : (a[0] << a[1]) & 255);
  private static final Fn RIGHT =
      new Fn("select($0 >> $1, (I)(0), $1 > 7)", null, a -> a[1] > 7 ? 0 : a[0] >> a[1]);
  private static final Fn XOR = new Fn("($0 ^ $1)", null, a -> a[0] ^ a[1]);
  private static final Fn INTEGER_POWER =
      new Fn("i_pow($0, $1)", null, a -> (long) Math.pow(a[0], a[1]));

  /** What rounding left just below or above an integer becomes that integer. */
  private static final Fn SNAPPED =
      Fn.real(
          "select($0, rint($0), fabs($0 - rint($0)) <= 2e-6f * fabs($0))",
          a -> Math.abs(a[0] - Math.rint(a[0])) <= 2e-6 * Math.abs(a[0]) ? Math.rint(a[0]) : a[0]);

  private NumberOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Mod", NumberOperators::mod);
    all.put("Sign", call -> same(call, SIGN, 1));
    all.put("IsNaN", call -> List.of(math(call).test(IS_NAN, call.input(0))));
    all.put("IsInf", NumberOperators::isInf);
    all.put("BitShift", new Limited("`uint8` alone", NumberOperators::bitShift));
    all.put("BitwiseAnd", call -> same(call, ElementwiseOperators.AND, 2));
    all.put("BitwiseOr", call -> same(call, ElementwiseOperators.OR, 2));
    all.put("BitwiseXor", call -> same(call, XOR, 2));
    all.put(
        "BitwiseNot",
        call -> same(call, call.input(0).type() == DataType.UINT8 ? NOT_BYTE : NOT, 1));
  }

  private static Arithmetic math(Call call) {
    return new Arithmetic(call.builder());
  }

  private static List<Value> same(Call call, Fn fn, int operands) {
    Value[] values = new Value[operands];
    for (int i = 0; i < operands; i++) {
      values[i] = call.input(i);
    }
    return List.of(math(call).apply(fn, values));
  }

  /** With {@code fmod} the result has the sign of the dividend, else that of the divisor. */
  private static List<Value> mod(Call call) {
    boolean remainder = call.attributes().flag("fmod", false);
    if (!remainder && call.input(0).type().isFloat()) {
      throw new ModelLoadException("Node '" + call.node().name() + "': Mod of reals needs fmod=1");
    }
    return same(call, remainder ? REMAINDER : FLOOR_MOD, 2);
  }

  private static List<Value> isInf(Call call) {
    Arithmetic math = math(call);
    Value x = call.input(0);
    boolean positive = call.attributes().flag("detect_positive", true);
    boolean negative = call.attributes().flag("detect_negative", true);
    Value infinite = math.test(IS_INF, x);
    if (positive && negative) {
      return List.of(infinite);
    }
    // Of the sign that is asked for; when neither is, of none that infinity has.
    Fn fits = positive ? ElementwiseOperators.GREATER : ElementwiseOperators.LESS;
    float bound = positive || negative ? 0 : Float.NEGATIVE_INFINITY;
    Value side = math.test(fits, x, math.real(bound));
    return List.of(math.test(ElementwiseOperators.AND, infinite, side));
  }

  private static List<Value> bitShift(Call call) {
    if (call.input(0).type() != DataType.UINT8) {
      throw call.builder().refusal("shifts of " + call.input(0).type() + " are not supported");
    }
    return switch (call.attributes().text("direction", "")) {
      case "LEFT" -> same(call, LEFT, 2);
      case "RIGHT" -> same(call, RIGHT, 2);
      default -> throw call.builder().refusal("its direction is neither LEFT nor RIGHT");
    };
  }

  /** A power where the base or the exponent is an integer; the result is of the base's type. */
  static Value power(Call call, Value base, Value exponent) {
    Arithmetic math = math(call);
    if (base.type().isFloat()) {
      return math.apply(ElementwiseOperators.POW, base, math.cast(exponent, DataType.FLOAT32));
    }
    if (!exponent.type().isFloat()) {
      return math.apply(INTEGER_POWER, base, exponent);
    }
    Value real = math.apply(ElementwiseOperators.POW, math.cast(base, DataType.FLOAT32), exponent);
    return math.cast(math.apply(SNAPPED, real), base.type());
  }
}
