package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Epilogue;
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
 * Applies an element-wise op to the results of a matrix product or convolution while they are still
 * in registers: bias, normalisation with fixed statistics, activation, residual.
 *
 * <p>Its other operands must be one number, one row (a value per output channel) or of the
 * product's shape, and must be computed before the product.
 */
final class EpilogueFusion {

  private static final int MAX_OPERANDS = 10;

  private EpilogueFusion() {}

  static Program apply(Program program) {
    List<Op> ops = new ArrayList<>(program.ops());
    Map<Value, Integer> readings = program.readings();
    Map<Value, Integer> places = new IdentityHashMap<>();
    for (int i = 0; i < ops.size(); i++) {
      places.put(ops.get(i).output(), i);
    }
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      if (op == null
          || !(op.action() instanceof Action.Elementwise)
          || !op.output().type().isFloat()) {
        continue;
      }
      int at = latestProducer(op, places);
      Op product = at < 0 ? null : ops.get(at);
      Op fused = product == null ? null : fuse(product, op, readings);
      if (fused != null) {
        ops.set(at, fused);
        ops.set(i, null);
        places.put(op.output(), at);
      }
    }
    ops.removeIf(op -> op == null);
    return program.withOps(ops);
  }

  private static int latestProducer(Op op, Map<Value, Integer> places) {
    return op.inputs().stream().mapToInt(input -> places.getOrDefault(input, -1)).max().orElse(-1);
  }

  private static Op fuse(Op product, Op op, Map<Value, Integer> readings) {
    Value result = product.output();
    long reads = op.inputs().stream().filter(input -> input == result).count();
    if (!takesEpilogue(product)
        || readings.get(result) != reads
        || !Arrays.equals(result.shape(), op.output().shape())
        || !op.inputs().stream().allMatch(input -> input == result || fits(input, result))) {
      return null;
    }
    Epilogue old = epilogue(product.action());
    int from = old == null ? product.inputs().size() : old.inputsFrom();
    Expr.Input element = new Expr.Input(0, false);
    Operands operands = new Operands(1);
    Expr before =
        old == null
            ? element
            : old.expr()
                .substitute(k -> k == 0 ? element : operands.reading(product.input(from + k - 1)));
    Expr expr =
        ((Action.Elementwise) op.action())
            .expr()
            .substitute(k -> op.input(k) == result ? before : operands.reading(op.input(k)));
    if (operands.values().size() > MAX_OPERANDS || expr.depth() > ElementwiseFusion.MAX_DEPTH) {
      return null;
    }
    List<Value> inputs = new ArrayList<>(product.inputs().subList(0, from));
    inputs.addAll(operands.values());
    return new Op(
        product.type(),
        withEpilogue(product.action(), new Epilogue(expr, from)),
        inputs,
        op.output(),
        product.originsWith(op));
  }

  /** Whether an operand can be read at the row and column of the result that is being stored. */
  private static boolean fits(Value operand, Value result) {
    if (operand.isScalarConstant() || Arrays.equals(operand.shape(), result.shape())) {
      return true;
    }
    return operand.rank() > 0
        && operand.dim(-1) == operand.size()
        && operand.dim(-1) == result.dim(-1)
        && operand.rank() <= result.rank();
  }

  private static boolean takesEpilogue(Op product) {
    // A product over more than two batch axes is several records, each with its own count of rows.
    return (product.action() instanceof Action.MatMul && product.output().rank() <= 4)
        || product.action() instanceof Action.Conv
        || product.action() instanceof Action.ConvTranspose;
  }

  private static Epilogue epilogue(Action action) {
    if (action instanceof Action.Conv conv) {
      return conv.epilogue();
    } else if (action instanceof Action.ConvTranspose conv) {
      return conv.epilogue();
    }
    return ((Action.MatMul) action).epilogue();
  }

  private static Action withEpilogue(Action action, Epilogue epilogue) {
    if (action instanceof Action.Conv conv) {
      return new Action.Conv(conv.window(), conv.groups(), epilogue);
    } else if (action instanceof Action.ConvTranspose conv) {
      return new Action.ConvTranspose(conv.window(), epilogue);
    }
    Action.MatMul product = (Action.MatMul) action;
    return new Action.MatMul(
        product.inner(), product.a(), product.b(), product.integers(), epilogue);
  }
}
