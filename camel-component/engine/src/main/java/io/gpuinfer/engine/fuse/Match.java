package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Expr;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Value;

/** Tells what an op is, for fusions that look for a pattern. */
final class Match {

  private Match() {}

  /** The inputs of an op that is this one function of them, or null. */
  static Value[] operands(Op op, Fn fn) {
    if (op == null
        || !(op.action() instanceof Action.Elementwise elementwise)
        || !(elementwise.expr() instanceof Expr.Call call)
        || !call.fn().equals(fn)) {
      return null;
    }
    Value[] values = new Value[call.arguments().size()];
    for (int i = 0; i < values.length; i++) {
      if (!(call.arguments().get(i) instanceof Expr.Input input)) {
        return null;
      }
      values[i] = op.input(input.index());
    }
    return values;
  }
}
