package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Window;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Value;

/**
 * Ops over rows and windows without weights. The records are described in the {@code .cl} files.
 */
final class RowEncoder {

  private RowEncoder() {}

  static void encode(Encoding encoding, Op op) {
    Action action = op.action();
    if (action instanceof Action.Softmax softmax) {
      softmax(encoding, op, softmax);
    } else if (action instanceof Action.LayerNorm norm) {
      layerNorm(encoding, op, norm);
    } else if (action instanceof Action.Reduce reduce) {
      reduce(encoding, op, reduce);
    } else if (action instanceof Action.Pool pool) {
      pool(encoding, op, pool);
    } else if (action instanceof Action.Resize resize) {
      resize(encoding, op, resize);
    } else if (action instanceof Action.GridSample sample) {
      gridSample(encoding, op, sample);
    } else if (action instanceof Action.Resample resample) {
      resample(encoding, op, resample);
    } else if (action instanceof Action.RoiAlign align) {
      roiAlign(encoding, op, align);
    } else {
      throw new IllegalStateException("No encoder for " + action);
    }
  }

  private static Record start(Opcode opcode, Encoding encoding, Op op) {
    return new Record(opcode).add(encoding.reference(op.input(0)), encoding.reference(op.output()));
  }

  private static long bytes(Op op) {
    return 4L * (op.output().size() + op.inputs().stream().mapToLong(Value::size).sum());
  }

  private static void softmax(Encoding encoding, Op op, Action.Softmax softmax) {
    int rows = softmax.length() == 0 ? 0 : op.output().size() / softmax.length();
    Record record =
        start(Opcode.SOFTMAX, encoding, op).add(rows, softmax.length(), softmax.log() ? 1 : 0);
    encoding.add(5L * op.output().size(), bytes(op), record);
  }

  private static void layerNorm(Encoding encoding, Op op, Action.LayerNorm norm) {
    Record record =
        new Record(Opcode.LAYER_NORM)
            .add(encoding.reference(op.input(0)), encoding.reference(op.input(1)))
            .add(encoding.reference(op.input(2)), encoding.reference(op.output()))
            .add(op.output().size() / norm.length(), norm.length())
            .addReal(norm.epsilon());
    encoding.add(8L * op.output().size(), bytes(op), record);
  }

  private static void reduce(Encoding encoding, Op op, Action.Reduce reduce) {
    Record record =
        start(Opcode.REDUCE, encoding, op)
            .add(reduce.kind().ordinal(), reduce.outer(), reduce.reduced(), reduce.inner());
    encoding.add(op.input(0).size(), bytes(op), record);
  }

  private static void pool(Encoding encoding, Op op, Action.Pool pool) {
    Value data = op.input(0);
    Window window = pool.window();
    Record record =
        start(Opcode.POOL, encoding, op)
            .add(data.shape())
            .add(op.output().dim(1), op.output().dim(2))
            .add(window.kernelH(), window.kernelW(), window.strideH(), window.strideW())
            .add(window.padTop(), window.padLeft(), window.dilationH(), window.dilationW())
            .add(pool.kind().ordinal(), pool.countPadding() ? 1 : 0, pool.endH(), pool.endW());
    long flops = (long) op.output().size() * window.kernelH() * window.kernelW();
    encoding.add(flops, bytes(op), record);
  }

  private static void resize(Encoding encoding, Op op, Action.Resize resize) {
    Record record =
        start(Opcode.RESIZE, encoding, op)
            .add(resize.outer(), resize.inner(), resize.height(), resize.width())
            .add(resize.outHeight(), resize.outWidth(), resize.linear() ? 1 : 0)
            .addReal(resize.scaleY())
            .addReal(resize.scaleX())
            .add(resize.coordinates().ordinal(), resize.rounding().ordinal());
    encoding.add(resize.linear() ? 8L * op.output().size() : 0, bytes(op), record);
  }

  private static void gridSample(Encoding encoding, Op op, Action.GridSample sample) {
    Value data = op.input(0);
    Record record =
        new Record(Opcode.GRID_SAMPLE)
            .add(encoding.reference(data), encoding.reference(op.input(1)))
            .add(encoding.reference(op.output()))
            .add(data.shape())
            .add(op.output().dim(1) * op.output().dim(2))
            .add(sample.alignCorners() ? 1 : 0, sample.padding().ordinal(), sample.taps());
    encoding.add(2L * sample.taps() * sample.taps() * op.output().size(), bytes(op), record);
  }

  private static void resample(Encoding encoding, Op op, Action.Resample resample) {
    int out = op.input(1).dim(0);
    int taps = op.input(1).dim(1);
    Record record =
        new Record(Opcode.RESAMPLE)
            .add(encoding.reference(op.input(0)), encoding.reference(op.input(1)))
            .add(encoding.reference(op.input(2)), encoding.reference(op.output()))
            .add(resample.outer(), resample.extent(), resample.inner(), out, taps);
    encoding.add(2L * taps * op.output().size(), bytes(op), record);
  }

  private static void roiAlign(Encoding encoding, Op op, Action.RoiAlign align) {
    Record record =
        new Record(Opcode.ROI_ALIGN)
            .add(encoding.reference(op.input(0)), encoding.reference(op.input(1)))
            .add(encoding.reference(op.input(2)), encoding.reference(op.output()))
            .add(op.output().dim(0))
            .add(op.input(0).shape())
            .add(op.output().dim(1), op.output().dim(2), align.samples())
            .addReal(align.scale())
            .add(align.halfPixel() ? 1 : 0, align.max() ? 1 : 0);
    long samples = Math.max(1, align.samples());
    encoding.add(8 * samples * samples * op.output().size(), bytes(op), record);
  }
}
