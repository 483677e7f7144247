package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Expr;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes chains of element-wise ops in one: a producer moves into its consumer when nobody else
 * reads it and it is of the consumer's shape, so that nothing is computed twice.
 */
final class ElementwiseFusion {

  /** More operands would not stay in registers. */
  private static final int MAX_OPERANDS = 12;

  /** Longer chains become several functions, so that none grows without bound. */
  static final int MAX_DEPTH = 64;

  private ElementwiseFusion() {}

  static Program apply(Program program) {
    Map<Value, Op> producers = program.producers();
    Map<Value, Integer> readings = program.readings();
    Map<Value, Op> absorbed = new IdentityHashMap<>();
    List<Op> ops = new ArrayList<>(program.ops());
    for (int i = ops.size() - 1; i >= 0; i--) { // consumers first, so that a chain is taken whole
      Op op = ops.get(i);
      if (absorbed.containsKey(op.output()) || !(op.action() instanceof Action.Elementwise)) {
        continue;
      }
      Op grown = op;
      Op next = absorb(grown, producers, readings, absorbed);
      while (next != null) {
        grown = next;
        next = absorb(grown, producers, readings, absorbed);
      }
      ops.set(i, grown);
    }
    ops.removeIf(op -> absorbed.containsKey(op.output()));
    return program.withOps(ops);
  }

  /** The op with one of its producers inside, or null when none fits. */
  private static Op absorb(
      Op op, Map<Value, Op> producers, Map<Value, Integer> readings, Map<Value, Op> absorbed) {
    for (Value candidate : op.inputs()) {
      Op producer = producers.get(candidate);
      if (producer == null
          || !(producer.action() instanceof Action.Elementwise inner)
          || !Arrays.equals(candidate.shape(), op.output().shape())
          || readings.get(candidate) != reads(op, candidate)) {
        continue;
      }
      Operands operands = new Operands(0);
      Expr innerExpr = inner.expr().substitute(k -> operands.reading(producer.input(k)));
      Expr expr =
          ((Action.Elementwise) op.action())
              .expr()
              .substitute(
                  k -> op.input(k) == candidate ? innerExpr : operands.reading(op.input(k)));
      if (operands.values().size() > MAX_OPERANDS || expr.depth() > MAX_DEPTH) {
        continue;
      }
      for (Value input : operands.values()) {
        // What both read was counted twice and is read once now.
        int before = reads(op, input) + reads(producer, input);
        readings.merge(input, 1 - before, Integer::sum);
      }
      absorbed.put(candidate, producer);
      return new Op(
          op.type(),
          new Action.Elementwise(expr),
          operands.values(),
          op.output(),
          producer.originsWith(op));
    }
    return null;
  }

  private static int reads(Op op, Value value) {
    return (int) op.inputs().stream().filter(input -> input == value).count();
  }
}
