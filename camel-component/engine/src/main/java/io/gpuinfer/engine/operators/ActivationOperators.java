package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Value;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Activations that are made of a few element-wise steps. */
final class ActivationOperators {

  private static final Fn CELU =
      Fn.real(
          "select($0, $1 * (f_exp(min($0 / $1, (V)(0.0f))) - 1.0f), $0 < 0.0f)",
          a -> a[0] < 0 ? a[1] * Math.expm1(a[0] / a[1]) : a[0]);
  private static final Fn SHRINK =
      Fn.real(
          "select(select((V)(0.0f), $0 - $2, $0 > $1), $0 + $2, $0 < -$1)",
          a -> a[0] < -a[1] ? a[0] + a[2] : a[0] > a[1] ? a[0] - a[2] : 0);
  private static final Fn THRESHOLDED_RELU =
      Fn.real("select((V)(0.0f), $0, $0 > $1)", a -> a[0] > a[1] ? a[0] : 0);
  private static final Fn MISH =
      Fn.real(
          "($0 * f_tanh(f_softplus($0)))",
          a -> a[0] * Math.tanh(Math.max(a[0], 0) + Math.log1p(Math.exp(-Math.abs(a[0])))));
  private static final Fn ERF = Fn.real("f_erf($0)", a -> Erf.of(a[0]));
  private static final float ROOT_HALF = (float) Math.sqrt(0.5);
  private static final float ROOT_TWO_OVER_PI = (float) Math.sqrt(2 / Math.PI);

  private ActivationOperators() {}

  static void addTo(Map<String, Operator> all) {
    activation(
        all,
        "Selu",
        (call, x) -> {
          Arithmetic math = math(call);
          float alpha = call.attributes().real("alpha", 1.6732632423543772f);
          float gamma = call.attributes().real("gamma", 1.0507009873554805f);
          return math.mul(math.apply(ElementwiseOperators.ELU, x, math.real(alpha)), gamma);
        });
    activation(all, "Celu", (call, x) -> math(call).apply(CELU, x, attribute(call, "alpha", 1)));
    activation(
        all,
        "Shrink",
        (call, x) ->
            math(call)
                .apply(SHRINK, x, attribute(call, "lambd", 0.5f), attribute(call, "bias", 0)));
    activation(
        all,
        "ThresholdedRelu",
        (call, x) -> math(call).apply(THRESHOLDED_RELU, x, attribute(call, "alpha", 1)));
    activation(all, "Mish", (call, x) -> math(call).apply(MISH, x));
    activation(
        all,
        "Gelu",
        (call, x) ->
            call.attributes().text("approximate", "none").equals("tanh")
                ? fastGelu(call, x)
                : gelu(call, x));
    activation(all, "com.microsoft.Gelu", ActivationOperators::gelu);
    activation(
        all,
        "com.microsoft.QuickGelu",
        (call, x) -> swish(call, x, call.attributes().real("alpha", 1.702f)));
    activation(
        all, "com.microsoft.BiasGelu", (call, x) -> gelu(call, math(call).add(x, call.input(1))));
    activation(
        all,
        "com.microsoft.FastGelu",
        (call, x) -> fastGelu(call, call.has(1) ? math(call).add(x, call.input(1)) : x));
  }

  private static void activation(
      Map<String, Operator> all, String name, BiFunction<Call, Value, Value> body) {
    all.put(name, call -> List.of(body.apply(call, call.input(0))));
  }

  private static Arithmetic math(Call call) {
    return new Arithmetic(call.builder());
  }

  private static Value attribute(Call call, String name, float otherwise) {
    return call.builder().scalar(call.attributes().real(name, otherwise));
  }

  private static Value swish(Call call, Value x, float alpha) {
    Arithmetic math = math(call);
    return math.mul(x, math.sigmoid(math.mul(x, alpha)));
  }

  /** {@code x/2 · (1 + erf(x / √2))}. */
  private static Value gelu(Call call, Value x) {
    Arithmetic math = math(call);
    Value gate = math.add(math.apply(ERF, math.mul(x, ROOT_HALF)), math.real(1));
    return math.mul(math.mul(x, 0.5f), gate);
  }

  /**
   * {@code x/2 · (1 + tanh(u))} with {@code u = √(2/π) · (x + 0.044715 x³)}, by a sigmoid of 2u.
   */
  private static Value fastGelu(Call call, Value x) {
    Arithmetic math = math(call);
    Value cube = math.mul(math.mul(math.apply(Fn.SQUARE, x), x), 0.044715f);
    return math.mul(x, math.sigmoid(math.mul(math.add(x, cube), 2 * ROOT_TWO_OVER_PI)));
  }
}
