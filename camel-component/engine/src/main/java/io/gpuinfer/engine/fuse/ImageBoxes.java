package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Frame;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;

/** Tells what a copy of a box of elements does to an image. */
final class ImageBoxes {

  private ImageBoxes() {}

  /** The one box that an op copies from this value, or null. */
  private static StridedCopy box(Op op, Value from) {
    return op != null
            && op.action() instanceof Action.Move move
            && move.copies().size() == 1
            && op.input(0) == from
            && op.output().rank() == 4
            && move.copies().get(0).dims().length == 4
        ? move.copies().get(0)
        : null;
  }

  /**
   * For each channel of {@code [1,H,W,3]} which plane of {@code [1,3,H,W]} it becomes, in their
   * order or in the reverse; null when the op does not make planes.
   */
  static int[] planes(Op op) {
    StridedCopy copy = box(op, op.inputs().get(0));
    if (copy == null) {
      return null;
    }
    int[] image = op.input(0).shape();
    int channels = image[3];
    int[] planes = {1, channels, image[1], image[2]};
    int step = copy.inStrides()[1];
    boolean reversed = step == -1 && copy.inOffset() == channels - 1;
    if (!isAll(copy, op, planes)
        || !(reversed || (step == 1 && copy.inOffset() == 0))
        || copy.inStrides()[2] != image[2] * channels
        || copy.inStrides()[3] != channels) {
      return null;
    }
    int[] order = new int[channels];
    Arrays.setAll(order, i -> reversed ? channels - 1 - i : i);
    return order;
  }

  /** Whether a copy fills all of the op's output, which is of this shape, in its order. */
  private static boolean isAll(StridedCopy copy, Op op, int... shape) {
    return ((Action.Move) op.action()).fill() == null
        && copy.outOffset() == 0
        && Arrays.equals(op.output().shape(), shape)
        && Arrays.equals(copy.dims(), shape)
        && Arrays.equals(copy.outStrides(), Shapes.strides(shape));
  }

  /** All of planes {@code [1,3,H,W]}. */
  static Frame whole(Value planes) {
    return new Frame(0, 0, planes.dim(2), planes.dim(3), 0, 0, 0, false);
  }

  /**
   * What of planes an op keeps, and what it puts around them; null when that is not what it does.
   */
  static Frame frame(Op op, Value planes) {
    StridedCopy copy = box(op, planes);
    if (copy == null
        || !Arrays.equals(copy.inStrides(), Shapes.strides(planes.shape()))
        || !Arrays.equals(copy.outStrides(), Shapes.strides(op.output().shape()))
        || copy.dims()[1] != planes.dim(1)
        || op.output().dim(1) != planes.dim(1)) {
      return null;
    }
    int width = planes.dim(3);
    int outWidth = op.output().dim(3);
    Float fill = ((Action.Move) op.action()).fill();
    Frame frame =
        new Frame(
            copy.inOffset() / width,
            copy.inOffset() % width,
            copy.dims()[2],
            copy.dims()[3],
            copy.outOffset() / outWidth,
            copy.outOffset() % outWidth,
            fill == null ? 0 : fill,
            false);
    boolean inside =
        frame.fromRow() + frame.rows() <= planes.dim(2)
            && frame.fromColumn() + frame.columns() <= width
            && frame.top() + frame.rows() <= op.output().dim(2)
            && frame.left() + frame.columns() <= outWidth;
    return inside ? frame : null;
  }

  /** Whether an op does nothing but put the channels of planes last. */
  static boolean isToChannelsLast(Op op, Value planes) {
    StridedCopy copy = box(op, planes);
    int[] last = Shapes.permute(planes.shape(), 0, 2, 3, 1);
    return copy != null
        && copy.inOffset() == 0
        && isAll(copy, op, last)
        && Arrays.equals(
            copy.inStrides(), Shapes.permute(Shapes.strides(planes.shape()), 0, 2, 3, 1));
  }

  static Frame channelsLast(Frame frame) {
    return new Frame(
        frame.fromRow(),
        frame.fromColumn(),
        frame.rows(),
        frame.columns(),
        frame.top(),
        frame.left(),
        frame.fill(),
        true);
  }
}
