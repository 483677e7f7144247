package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Shapes;
import java.util.ArrayList;
import java.util.List;

/** Element-wise ops. The record is described in {@code elementwise.cl}. */
final class ElementwiseEncoder {

  private static final int OUTER_AXES = 5;

  private ElementwiseEncoder() {}

  static void encode(Encoding encoding, Op op, Action.Elementwise action) {
    List<Functions.Operand> operands = Functions.Operand.of(op.inputs(), 0, arrays -> 0);
    List<Functions.Operand> arrays = operands.stream().filter(o -> !o.isScalar()).toList();
    List<int[]> axes = axes(op, arrays);
    int[] inner = axes.remove(axes.size() - 1);
    if (axes.size() > OUTER_AXES) {
      throw new TooLargeException("An element-wise op over " + axes.size() + " broadcast axes");
    }
    while (axes.size() < OUTER_AXES) {
      axes.add(0, axis(1, new int[arrays.size()]));
    }
    Record record =
        new Record(Opcode.ELEMENTWISE)
            .add(encoding.functions().elementwise(action.expr(), operands))
            .add(encoding.reference(op.output()));
    axes.forEach(axis -> record.add(axis[0]));
    record.add(inner[0], arrays.size());
    for (int k = 0; k < arrays.size(); k++) {
      record.add(encoding.reference(arrays.get(k).value()), inner[k + 1]);
      for (int[] axis : axes) {
        record.add(axis[k + 1]);
      }
    }
    Encoding.addScalars(record, operands);
    long read = arrays.stream().mapToLong(operand -> operand.value().size()).sum();
    encoding.add(op.output().size(), 4 * (op.output().size() + read), record);
  }

  /** The fewest axes that all operands walk evenly: extent, then each operand's stride. */
  private static List<int[]> axes(Op op, List<Functions.Operand> arrays) {
    int[] shape = op.output().shape();
    int[][] strides =
        arrays.stream()
            .map(operand -> Shapes.broadcastStrides(operand.value().shape(), shape))
            .toArray(int[][]::new);
    List<int[]> axes = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] != 1) {
        int[] own = new int[arrays.size()];
        for (int k = 0; k < own.length; k++) {
          own[k] = strides[k][i];
        }
        axes.add(axis(shape[i], own));
      }
    }
    if (axes.isEmpty()) {
      axes.add(axis(1, new int[arrays.size()]));
    }
    for (int i = axes.size() - 2; i >= 0; i--) {
      int[] outer = axes.get(i);
      int[] inner = axes.get(i + 1);
      boolean together = true;
      for (int k = 1; k < outer.length; k++) {
        together &= outer[k] == inner[k] * inner[0];
      }
      if (together) {
        inner[0] *= outer[0];
        axes.remove(i);
      }
    }
    return axes;
  }

  private static int[] axis(int extent, int... strides) {
    int[] axis = new int[strides.length + 1];
    axis[0] = extent;
    System.arraycopy(strides, 0, axis, 1, strides.length);
    return axis;
  }
}
