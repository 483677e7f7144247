package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Elements that change place. The records are described in {@code movement.cl}. */
final class MovementEncoder {

  private static final int COPY_AXES = 6;
  private static final int INTERLEAVE_AXES = 4;

  /** Rows that the kernel can interleave; more are rare. */
  private static final int MAX_INTERLEAVED = 4;

  /** A run of fewer elements does not pay for finding where it starts. */
  private static final int SHORT = 16;

  private MovementEncoder() {}

  static void move(Encoding encoding, Op op, Float filled, List<StridedCopy> copies) {
    int to = encoding.reference(op.output());
    if (filled != null) {
      Record fill = new Record(Opcode.FILL).add(to, op.output().size());
      if (op.output().type().isFloat()) {
        fill.addReal(filled);
      } else {
        fill.add(Math.round(filled));
      }
      encoding.add(0, 4L * op.output().size(), fill);
      encoding.endPass();
    }
    List<Record> records = new ArrayList<>();
    for (StridedCopy copy : copies) {
      if (Shapes.size(copy.dims()) > 0) {
        Value from = op.input(copy.input());
        checkInside(copy.inOffset(), copy.inStrides(), copy.dims(), from);
        checkInside(copy.outOffset(), copy.outStrides(), copy.dims(), op.output());
        records.add(
            copy(
                copy,
                encoding.reference(from, copy.inOffset()),
                encoding.reference(op.output(), copy.outOffset())));
      }
    }
    encoding.add(0, 8L * op.output().size(), records);
  }

  /** The last line of defence against a file that makes a box reach beyond its tensor. */
  private static void checkInside(int offset, int[] strides, int[] dims, Value value) {
    long low = offset;
    long high = offset;
    for (int i = 0; i < dims.length; i++) {
      long reach = (long) strides[i] * (dims[i] - 1);
      low += Math.min(reach, 0);
      high += Math.max(reach, 0);
    }
    if (low < 0 || high >= value.size()) {
      throw new ModelLoadException("A box of elements reaches beyond " + value);
    }
  }

  /** Merges axes that are one run on both sides, and puts the output's fastest axis last. */
  static Record copy(StridedCopy copy, int from, int to) {
    List<int[]> axes = new ArrayList<>(); // extent, input stride, output stride
    for (int i = 0; i < copy.dims().length; i++) {
      if (copy.dims()[i] != 1) {
        axes.add(new int[] {copy.dims()[i], copy.inStrides()[i], copy.outStrides()[i]});
      }
    }
    axes.sort((a, b) -> Integer.compare(Math.abs(b[2]), Math.abs(a[2])));
    for (int i = axes.size() - 2; i >= 0; i--) {
      int[] outer = axes.get(i);
      int[] inner = axes.get(i + 1);
      if (outer[1] == inner[1] * inner[0] && outer[2] == inner[2] * inner[0]) {
        inner[0] *= outer[0];
        axes.remove(i);
      }
    }
    int last = axes.size() - 1;
    if (isInterleaving(axes)) {
      int[] rows = axes.remove(last);
      return record(Opcode.INTERLEAVE, from, to, axes, INTERLEAVE_AXES).add(rows[0], rows[1]);
    }
    if (last > 0 && axes.get(last)[0] < SHORT && axes.get(last - 1)[0] > axes.get(last)[0]) {
      Collections.swap(axes, last, last - 1); // few long runs, even if they are written in steps
    }
    return record(Opcode.COPY_BOX, from, to, axes, COPY_AXES);
  }

  /** Whether a few long rows are written element by element. */
  private static boolean isInterleaving(List<int[]> axes) {
    if (axes.size() < 2 || axes.size() - 1 > INTERLEAVE_AXES) {
      return false;
    }
    int[] rows = axes.get(axes.size() - 1);
    int[] columns = axes.get(axes.size() - 2);
    return rows[0] <= MAX_INTERLEAVED
        && rows[2] == 1
        && columns[0] >= SHORT
        && columns[1] == 1
        && columns[2] == rows[0];
  }

  /** A record of extents, input strides and output strides. */
  private static Record record(Opcode opcode, int from, int to, List<int[]> axes, int count) {
    if (axes.size() > count) {
      throw new TooLargeException("A copy over " + axes.size() + " axes");
    }
    while (axes.size() < count) {
      axes.add(0, new int[] {1, 0, 0});
    }
    Record record = new Record(opcode).add(from, to);
    for (int field = 0; field < 3; field++) {
      for (int[] axis : axes) {
        record.add(axis[field]);
      }
    }
    return record;
  }

  static void gather(Encoding encoding, Op op, Action.Gather gather) {
    Value data = op.input(0);
    int[] shape = data.shape();
    int outer = Shapes.product(shape, 0, gather.axis());
    int inner = Shapes.product(shape, gather.axis() + 1, shape.length);
    encoding.add(
        0,
        8L * op.output().size(),
        new Record(Opcode.GATHER)
            .add(encoding.reference(data), encoding.reference(op.input(1)))
            .add(encoding.reference(op.output()))
            .add(outer, shape[gather.axis()], op.input(1).size(), inner));
  }
}
