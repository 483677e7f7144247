package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.ReduceKind;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How far predictions are from what they should be. */
final class LossOperators {

  private LossOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("NegativeLogLikelihoodLoss", call -> List.of(loss(call, call.input(0))));
    all.put("SoftmaxCrossEntropyLoss", LossOperators::crossEntropy);
  }

  private static List<Value> crossEntropy(Call call) {
    Builder builder = call.builder();
    Value scores = call.input(0);
    int[] shape = scores.shape();
    int points = Shapes.product(shape, 2, shape.length);
    Value rows = builder.transpose(builder.reshape(scores, shape[0], shape[1], points), 0, 2, 1);
    Value logs = builder.emit(new Action.Softmax(shape[1], true), rows.type(), rows.shape(), rows);
    Value logProbabilities = builder.reshape(builder.transpose(logs, 0, 2, 1), shape);
    return List.of(loss(call, logProbabilities), logProbabilities);
  }

  /**
   * The weighted sum or mean of what the target class lacks, or that itself: from {@code [N, C,
   * d…]} and targets {@code [N, d…]}.
   */
  private static Value loss(Call call, Value data) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value target = call.input(1);
    int[] shape = target.shape();
    int classes = data.dim(1);
    if (target.size() != data.size() / classes || target.type().isFloat()) {
      throw builder.refusal("targets " + target + " do not fit " + data);
    }
    Value ignored = null;
    if (call.attributes().has("ignore_index")) {
      int index = Math.toIntExact(call.attributes().integer("ignore_index", 0));
      ignored = math.test(ElementwiseOperators.EQUAL, target, math.integer(index));
      target = math.where(ignored, math.number(0, target.type()), target);
    }
    Value result = math.neg(picked(math, data, target));
    Value weights = call.has(2) ? gathered(builder, call.input(2), target) : math.real(1);
    if (ignored != null) {
      weights = math.where(ignored, math.real(0), weights);
      result = math.where(ignored, math.real(0), result);
    }
    result = math.mul(result, weights);
    boolean[] all = new boolean[shape.length];
    Arrays.fill(all, true);
    String reduction = call.attributes().text("reduction", "mean");
    switch (reduction) {
      case "none" -> {
        return result;
      }
      case "sum" -> {
        return ReductionOperators.reduce(builder, result, ReduceKind.SUM, all, false);
      }
      case "mean" -> {
        if (weights.size() == 1) {
          return ReductionOperators.reduce(builder, result, ReduceKind.MEAN, all, false);
        }
        Value sum = ReductionOperators.reduce(builder, result, ReduceKind.SUM, all, false);
        Value total = ReductionOperators.reduce(builder, weights, ReduceKind.SUM, all, false);
        return math.div(sum, total);
      }
      default -> throw new ModelLoadException("The reduction '" + reduction + "' is not known");
    }
  }

  /** The element of {@code [N, C, d…]} that the target chooses along the axis of classes. */
  private static Value picked(Arithmetic math, Value data, Value target) {
    Builder builder = math.builder();
    int rows = data.dim(0);
    int classes = data.dim(1);
    int points = Shapes.product(data.shape(), 2, data.rank());
    Value wanted = builder.reshape(target, rows, points);
    Value row = math.mul(math.positions(rows, 0, 2), math.integer(classes * points));
    Value place = math.add(row, math.positions(points, 1, 2));
    Value index = math.add(math.mul(wanted, math.integer(points)), place);
    Value inside =
        math.test(
            ElementwiseOperators.AND,
            math.test(ElementwiseOperators.GREATER_OR_EQUAL, wanted, math.integer(0)),
            math.test(ElementwiseOperators.LESS, wanted, math.integer(classes)));
    // What is no class becomes an index that the gathering refuses.
    Value checked = math.where(inside, index, math.integer(Integer.MIN_VALUE));
    Value elements = builder.reshape(data, data.size());
    return gathered(builder, elements, builder.reshape(checked, target.shape()));
  }

  private static Value gathered(Builder builder, Value elements, Value index) {
    return builder.emit(new Action.Gather(0), elements.type(), index.shape(), elements, index);
  }
}
