package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Results of convolutions that are only read to be put together with others along the channels:
 * they are written where they belong, and the copy is saved.
 */
final class Placements {

  /**
   * Where a value of {@code [rows, columns]} lies in another.
   *
   * @param whole the value it is a part of
   * @param offset of its first element
   * @param rowStride from row to row
   */
  record Place(Value whole, int offset, int rowStride) {}

  private final Map<Value, Place> places = new IdentityHashMap<>();

  private Placements() {}

  /** The copies that each move still has to do; a move without any does nothing. */
  private final Map<Op, List<StridedCopy>> remaining = new IdentityHashMap<>();

  static Placements of(Program program) {
    Placements placements = new Placements();
    Map<Value, Integer> readings = program.readings();
    Map<Value, Op> producers = program.producers();
    for (Op op : program.ops()) {
      if (op.action() instanceof Action.Move move && move.fill() == null) {
        List<StridedCopy> left = new ArrayList<>();
        for (StridedCopy copy : move.copies()) {
          Value part = op.input(copy.input());
          boolean own = readings.get(part) == 1 && isConvolution(producers.get(part));
          Place place = own ? place(copy, part, op.output()) : null;
          if (place == null) {
            left.add(copy);
          } else {
            placements.places.put(part, place);
          }
        }
        placements.remaining.put(op, left);
      }
    }
    return placements;
  }

  private static boolean isConvolution(Op op) {
    return op != null
        && op.action() instanceof Action.Conv conv
        && !Action.Conv.isDepthwise(op.input(0).dim(3), op.output().dim(3), conv.groups());
  }

  /** The place to which a copy brings all of a value, row by row, or null. */
  private static Place place(StridedCopy copy, Value part, Value whole) {
    int columns = part.dim(-1);
    int[] in = copy.inStrides();
    int[] axes =
        IntStream.range(0, in.length)
            .filter(axis -> copy.dims()[axis] > 1)
            .boxed()
            .sorted(Comparator.comparingInt(axis -> in[axis]))
            .mapToInt(axis -> axis)
            .toArray();
    int dense = 1;
    int rowStride = 0;
    for (int axis : axes) {
      int out = copy.outStrides()[axis];
      if (in[axis] != dense) {
        return null;
      }
      dense *= copy.dims()[axis];
      if (in[axis] < columns) {
        if (out != in[axis] || dense > columns) {
          return null;
        }
      } else if (rowStride == 0) {
        rowStride = out;
      } else if (out != in[axis] / columns * rowStride) {
        return null;
      }
    }
    boolean all = copy.inOffset() == 0 && dense == part.size() && dense == Shapes.size(copy.dims());
    return all && rowStride >= columns ? new Place(whole, copy.outOffset(), rowStride) : null;
  }

  /** Where a value lies in another, or null. */
  Place of(Value value) {
    return places.get(value);
  }

  /** The value whose memory an op writes. */
  Value written(Op op) {
    Place place = places.get(op.output());
    return place == null ? op.output() : place.whole();
  }

  List<StridedCopy> copies(Op move) {
    return remaining.getOrDefault(move, ((Action.Move) move.action()).copies());
  }

  /** Whether all that the op would do has been done by others. */
  boolean isDone(Op op) {
    return remaining.containsKey(op) && remaining.get(op).isEmpty();
  }
}
