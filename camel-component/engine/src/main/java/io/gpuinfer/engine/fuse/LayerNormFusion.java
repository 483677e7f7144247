package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.ReduceKind;
import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds layer normalisation written out: {@code d = x − mean(x); d / sqrt(mean(d²) + ε) · scale +
 * bias} over the last axis, as exporters before opset 17 write it.
 */
final class LayerNormFusion {

  private final Map<Value, Op> producers;

  private LayerNormFusion(Program program) {
    this.producers = program.producers();
  }

  static Program apply(Program program) {
    LayerNormFusion fusion = new LayerNormFusion(program);
    List<Op> ops = new ArrayList<>();
    for (Op op : program.ops()) {
      Op norm = fusion.match(op);
      ops.add(norm == null ? op : norm);
    }
    return DeadCode.remove(program.withOps(ops));
  }

  /** The normalisation that ends in this op, or null. */
  private Op match(Op add) {
    Value[] shifted = Match.operands(add, Fn.ADD);
    if (shifted == null) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      Value bias = shifted[1 - i];
      Value[] scaled = Match.operands(producers.get(shifted[i]), Fn.MUL);
      for (int j = 0; scaled != null && j < 2; j++) {
        Value scale = scaled[1 - j];
        Op norm = normalised(add, scaled[j], scale, bias);
        if (norm != null) {
          return norm;
        }
      }
    }
    return null;
  }

  private Op normalised(Op add, Value quotient, Value scale, Value bias) {
    Value[] division = Match.operands(producers.get(quotient), Fn.DIV);
    if (division == null || quotient.rank() == 0) {
      return null;
    }
    int length = quotient.dim(-1);
    Value[] root = Match.operands(producers.get(division[1]), Fn.SQRT);
    Value[] guarded = root == null ? null : Match.operands(producers.get(root[0]), Fn.ADD);
    if (guarded == null || !guarded[1].isScalarConstant()) {
      return null;
    }
    Value squares = meanOfRows(guarded[0], length);
    Op square = squares == null ? null : producers.get(squares);
    Value[] squared = Match.operands(square, Fn.SQUARE);
    squared = squared == null ? Match.operands(square, Fn.MUL) : squared;
    if (squared == null || squared[0] != squared[squared.length - 1]) {
      return null;
    }
    Value[] centred = Match.operands(producers.get(squared[0]), Fn.SUB);
    Value[] alsoCentred = Match.operands(producers.get(division[0]), Fn.SUB);
    if (centred == null
        || alsoCentred == null
        || centred[0] != alsoCentred[0]
        || meanOfRows(centred[1], length) != centred[0]
        || meanOfRows(alsoCentred[1], length) != centred[0]
        || !isRow(scale, length)
        || !isRow(bias, length)) {
      return null;
    }
    float epsilon = (float) guarded[1].constant().doubleAt(0);
    List<Value> inputs = List.of(centred[0], scale, bias);
    return new Op(
        "LayerNormalization",
        new Action.LayerNorm(length, epsilon),
        inputs,
        add.output(),
        Replaced.origins(add, inputs, producers));
  }

  /** What this is the mean of, over the last axis, or null. */
  private Value meanOfRows(Value mean, int length) {
    Op op = producers.get(mean);
    return op != null
            && op.action() instanceof Action.Reduce reduce
            && reduce.kind() == ReduceKind.MEAN
            && reduce.inner() == 1
            && reduce.reduced() == length
            && op.input(0).dim(-1) == length
        ? op.input(0)
        : null;
  }

  private static boolean isRow(Value value, int length) {
    Tensor constant = value.constant();
    return constant != null && constant.size() == length && value.dim(-1) == length;
  }
}
