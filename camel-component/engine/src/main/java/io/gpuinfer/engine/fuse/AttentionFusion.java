package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Finds scaled dot-product attention: {@code softmax(Q·Kᵀ · scale + mask) · V} over four axes,
 * whose scores then never leave a core's cache. The transposition that brings the heads back
 * together is done as the results are written.
 */
final class AttentionFusion {

  private final Map<Value, Op> producers;
  private final Map<Value, Integer> readings;

  private AttentionFusion(Program program) {
    this.producers = program.producers();
    this.readings = program.readings();
  }

  static Program apply(Program program) {
    AttentionFusion fusion = new AttentionFusion(program);
    List<Op> ops = new ArrayList<>();
    for (Op op : program.ops()) {
      Op joined = fusion.headsJoined(op);
      Op fused = joined != null ? joined : fusion.attention(op, op, null);
      ops.add(fused == null ? op : fused);
    }
    return DeadCode.remove(program.withOps(ops));
  }

  /** Attention whose only reader swaps the axes of heads and queries. */
  private Op headsJoined(Op op) {
    if (!(op.action() instanceof Action.Move move)
        || move.copies().size() != 1
        || move.fill() != null
        || !isReadOnce(op.input(0))) {
      return null;
    }
    StridedCopy copy = move.copies().get(0);
    int[] heads = op.input(0).shape();
    int[] from = Shapes.strides(heads);
    int[] swapped = {0, 2, 1, 3};
    boolean swaps =
        heads.length == 4
            && copy.inOffset() == 0
            && Arrays.equals(copy.dims(), Shapes.permute(heads, swapped))
            && Arrays.equals(copy.inStrides(), Shapes.permute(from, swapped));
    if (!swaps) {
      return null;
    }
    int[] to = copy.outStrides();
    return attention(producers.get(op.input(0)), op, new int[] {to[0], to[2], to[1]});
  }

  /**
   * @param last the second product
   * @param whole the op whose output is written: the product, or what moves its result
   */
  private Op attention(Op last, Op whole, int[] outStrides) {
    if (last == null
        || !(last.action() instanceof Action.MatMul weighted)
        || weighted.epilogue() != null
        || last.output().rank() != 4) {
      return null;
    }
    int[] shape = last.output().shape();
    int values = shape[3];
    int keys = weighted.inner();
    Op softmax = producers.get(last.input(0));
    if (softmax == null
        || !(softmax.action() instanceof Action.Softmax rows)
        || rows.log()
        || rows.length() != keys
        || !isReadOnce(softmax.output())
        || softmax.output().size() != shape[0] * shape[1] * shape[2] * keys
        || !isWhole(weighted.a(), softmax.output())
        || !isAdjacent(weighted.b(), values)) {
      return null;
    }
    Value scores = softmax.input(0);
    Value mask = null;
    Value[] masked = onlyReader(scores, Fn.ADD);
    if (masked != null) {
      boolean second = isFullScore(masked[0], scores);
      scores = second ? masked[0] : masked[1];
      mask = second ? masked[1] : masked[0];
    }
    float scale = 1;
    Value[] scaled = onlyReader(scores, Fn.MUL);
    if (scaled != null) {
      boolean second = scaled[1].isScalarConstant();
      Value factor = second ? scaled[1] : scaled[0];
      if (!factor.isScalarConstant()) {
        return null;
      }
      scores = second ? scaled[0] : scaled[1];
      scale = (float) factor.constant().doubleAt(0);
    }
    Op first = producers.get(scores);
    if (first == null
        || !(first.action() instanceof Action.MatMul product)
        || product.epilogue() != null
        || scores.rank() != 4
        || !isReadOnce(scores)) {
      return null;
    }
    int[] all = {shape[0], shape[1], shape[2], keys, product.inner(), values};
    int[] strides = outStrides == null ? Shapes.strides(shape) : outStrides;
    Action.Box maskBox = null;
    List<Value> inputs = new ArrayList<>(List.of(first.input(0), first.input(1), last.input(1)));
    if (mask != null) {
      maskBox = new Action.Box(0, Shapes.broadcastStrides(mask.shape(), scores.shape()));
      inputs.add(mask);
    }
    Action action =
        new Action.Attention(
            all,
            scale,
            product.a(),
            product.b(),
            weighted.b(),
            maskBox,
            new int[] {strides[0], strides[1], strides[2]});
    return new Op(
        "Attention", action, inputs, whole.output(), Replaced.origins(whole, inputs, producers));
  }

  /** The operands of the function that makes a value, if nobody else reads that value. */
  private Value[] onlyReader(Value value, Fn fn) {
    return isReadOnce(value) ? Match.operands(producers.get(value), fn) : null;
  }

  private boolean isReadOnce(Value value) {
    return readings.getOrDefault(value, 0) == 1;
  }

  private static boolean isFullScore(Value value, Value scores) {
    return !value.isConstant() && Arrays.equals(value.shape(), scores.shape());
  }

  private static boolean isWhole(Action.Box box, Value value) {
    int[] dense = Shapes.strides(value.shape());
    boolean whole = box.offset() == 0 && value.rank() == box.strides().length;
    for (int i = 0; whole && i < dense.length; i++) {
      whole = value.dim(i) == 1 || box.strides()[i] == dense[i];
    }
    return whole;
  }

  private static boolean isAdjacent(Action.Box box, int columns) {
    return columns == 1 || box.strides()[box.strides().length - 1] == 1;
  }
}
