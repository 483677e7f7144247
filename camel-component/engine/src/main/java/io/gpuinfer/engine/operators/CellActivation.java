package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A function that a recurrent operator names, with what parametrises it.
 *
 * @param kind the function
 * @param alpha its first parameter, if it has one
 * @param beta its second
 */
record CellActivation(Kind kind, float alpha, float beta) {

  /** A function of an element and up to two parameters, with their defaults. */
  private record Kind(Fn fn, float... defaults) {}

  private static final Map<String, Kind> KINDS =
      Map.of(
          "relu", new Kind(Fn.real("max($0, (V)(0.0f))", a -> Math.max(a[0], 0))),
          "tanh", new Kind(Fn.real("f_tanh($0)", a -> Math.tanh(a[0]))),
          "sigmoid", new Kind(ElementwiseOperators.SIGMOID),
          "softsign",
              new Kind(Fn.real("($0 / (1.0f + fabs($0)))", a -> a[0] / (1 + Math.abs(a[0])))),
          "softplus", new Kind(Fn.real("f_softplus($0)", a -> Math.log1p(Math.exp(a[0])))),
          "affine", new Kind(Fn.real("($1 * $0 + $2)", a -> a[1] * a[0] + a[2]), 1, 0),
          "leakyrelu", new Kind(ElementwiseOperators.LEAKY_RELU, 0.01f),
          "thresholdedrelu",
              new Kind(Fn.real("select((V)(0.0f), $0, $0 > $1)", a -> a[0] > a[1] ? a[0] : 0), 1),
          "scaledtanh",
              new Kind(Fn.real("($1 * f_tanh($2 * $0))", a -> a[1] * Math.tanh(a[2] * a[0])), 1, 1),
          "hardsigmoid", new Kind(ElementwiseOperators.HARD_SIGMOID, 0.2f, 0.5f));

  private static final Kind ELU = new Kind(ElementwiseOperators.ELU, 1);

  /**
   * The functions of a node, in its order.
   *
   * @param otherwise the names when the node has none
   */
  static List<CellActivation> of(Call call, List<String> otherwise) {
    List<String> names = call.attributes().texts("activations");
    names = names == null ? otherwise : names;
    if (names.size() != otherwise.size()) {
      throw call.builder().refusal("activations " + names + " are not " + otherwise.size());
    }
    float[] alphas = call.attributes().reals("activation_alpha");
    float[] betas = call.attributes().reals("activation_beta");
    int alpha = 0;
    int beta = 0;
    List<CellActivation> activations = new ArrayList<>();
    for (String name : names) {
      String key = name.toLowerCase(Locale.ROOT);
      Kind kind = key.equals("elu") ? ELU : KINDS.get(key);
      if (kind == null) {
        throw call.builder().refusal("activation '" + name + "' is not supported");
      }
      int parameters = kind.defaults().length;
      activations.add(
          new CellActivation(
              kind,
              parameters > 0 ? parameter(alphas, alpha++, kind.defaults()[0]) : 0,
              parameters > 1 ? parameter(betas, beta++, kind.defaults()[1]) : 0));
    }
    return activations;
  }

  private static float parameter(float[] given, int index, float otherwise) {
    return given != null && index < given.length ? given[index] : otherwise;
  }

  Value apply(Builder builder, Value x) {
    Value[] operands = new Value[1 + kind.defaults().length];
    operands[0] = x;
    for (int i = 1; i < operands.length; i++) {
      operands[i] = builder.scalar(i == 1 ? alpha : beta);
    }
    return ElementwiseOperators.apply(builder, x.type(), kind.fn(), operands);
  }
}
