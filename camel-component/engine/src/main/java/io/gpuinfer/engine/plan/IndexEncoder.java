package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;

/**
 * Ops that find indices or write where indices tell. The records are described in {@code
 * indices.cl}.
 */
final class IndexEncoder {

  /** A scatter with fewer columns is cut into slices, so that more than a few can work on it. */
  private static final int MANY_COLUMNS = 256;

  private IndexEncoder() {}

  static boolean knows(Action action) {
    return action instanceof Action.ArgBest
        || action instanceof Action.TopIndices
        || action instanceof Action.CumSum
        || action instanceof Action.Scatter
        || action instanceof Action.PoolIndices;
  }

  static void encode(Encoding encoding, Op op) {
    Action action = op.action();
    if (action instanceof Action.ArgBest best) {
      Record record =
          start(Opcode.ARG_BEST, encoding, op)
              .add(best.outer(), best.length(), best.inner())
              .add(flag(best.largest()), flag(best.last()), integers(op.input(0)));
      encoding.add(op.input(0).size(), bytes(op), record);
    } else if (action instanceof Action.TopIndices top) {
      int rows = op.input(0).size() / top.length();
      Record record =
          start(Opcode.TOP_INDICES, encoding, op)
              .add(rows, top.length(), top.count())
              .add(flag(top.largest()), integers(op.input(0)));
      encoding.add((long) op.input(0).size() * top.length(), bytes(op), record);
    } else if (action instanceof Action.CumSum sum) {
      Record record =
          start(Opcode.CUM_SUM, encoding, op)
              .add(sum.outer(), sum.length(), sum.inner())
              .add(flag(sum.exclusive()), flag(sum.reverse()), integers(op.input(0)));
      encoding.add(op.input(0).size(), bytes(op), record);
    } else if (action instanceof Action.Scatter scatter) {
      scatter(encoding, op, scatter);
    } else if (action instanceof Action.PoolIndices pool) {
      poolIndices(encoding, op, pool);
    }
  }

  private static Record start(Opcode opcode, Encoding encoding, Op op) {
    return new Record(opcode).add(encoding.reference(op.input(0)), encoding.reference(op.output()));
  }

  private static int flag(boolean on) {
    return on ? 1 : 0;
  }

  private static int integers(Value value) {
    return flag(!value.type().isFloat());
  }

  private static long bytes(Op op) {
    return 4L * (op.output().size() + op.inputs().stream().mapToLong(Value::size).sum());
  }

  /** A pass that copies the data, then one that puts the updates into the copy. */
  private static void scatter(Encoding encoding, Op op, Action.Scatter scatter) {
    Value data = op.input(0);
    Value indices = op.input(1);
    Value updates = op.input(2);
    int to = encoding.reference(op.output());
    int[] all = {data.size()};
    StridedCopy copy = new StridedCopy(0, 0, new int[] {1}, 0, new int[] {1}, all);
    encoding.add(0, 8L * data.size(), MovementEncoder.copy(copy, encoding.reference(data), to));
    encoding.endPass();
    int steps = updates.dim(0);
    int columns = updates.dim(1);
    boolean own = indices.rank() == 2;
    int extent = own ? data.size() : data.size() / columns;
    int slices = Math.max(1, Math.min(extent, MANY_COLUMNS / columns));
    encoding.add(
        updates.size(),
        4L * (indices.size() + 3L * updates.size()),
        new Record(Opcode.SCATTER)
            .add(encoding.reference(indices), encoding.reference(updates), to)
            .add(steps, columns, slices, extent, flag(own))
            .add(scatter.reduction().ordinal(), integers(data)));
  }

  private static void poolIndices(Encoding encoding, Op op, Action.PoolIndices pool) {
    int[] data = op.input(0).shape();
    Record record =
        start(Opcode.POOL_INDICES, encoding, op)
            .add(data[0], data[4])
            .add(Arrays.copyOfRange(data, 1, 4))
            .add(Arrays.copyOfRange(op.output().shape(), 1, 4))
            .add(pool.kernel())
            .add(pool.steps())
            .add(pool.padsBefore())
            .add(pool.dilations())
            .add(pool.strides());
    long taps = Arrays.stream(pool.kernel()).asLongStream().reduce(1, (a, b) -> a * b);
    encoding.add(op.output().size() * taps, bytes(op), record);
  }
}
