package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Frame;
import io.gpuinfer.engine.program.Action.Levels;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Value;
import java.util.HashSet;
import java.util.Set;

/** Images of bytes. The record is described in {@code image.cl}. */
final class ImageEncoder {

  private static final int CHANNELS = 3;

  /** Columns made from one line of sums, which then stays in a core's nearest cache. */
  private static final int STRIP = 64;

  /** Elements more than a line has, which the kernels may write. */
  private static final int SLACK = 80;

  private ImageEncoder() {}

  static void resample(Encoding encoding, Op op, Action.ResampleImage resample) {
    Frame frame = resample.frame();
    int rowTaps = op.input(1).dim(1);
    int columnTaps = op.input(3).dim(1);
    int rows = op.output().dim(frame.channelsLast() ? 1 : 2);
    int columns = op.output().dim(frame.channelsLast() ? 2 : 3);
    int fromRow = frame.fromRow() * rowTaps;
    int fromColumn = frame.fromColumn() * columnTaps;
    Levels levels = resample.levels();
    Record record =
        new Record(Opcode.RESAMPLE_IMAGE)
            .add(encoding.reference(op.input(0)), CHANNELS * op.input(0).dim(2))
            .add(encoding.reference(op.input(1), fromRow))
            .add(encoding.reference(op.input(2), fromRow), rowTaps)
            .add(encoding.reference(op.input(3), fromColumn))
            .add(encoding.reference(op.input(4), fromColumn), columnTaps)
            .add(encoding.scratch(), (int) scratchElements(op), STRIP)
            .add(encoding.reference(op.output()), rows, columns)
            .add(frame.top(), frame.left(), frame.rows(), frame.columns())
            .add(frame.channelsLast() ? CHANNELS * columns : columns)
            .add(frame.channelsLast() ? CHANNELS : 1)
            .addReal(levels.least())
            .addReal(levels.greatest());
    for (int channel : resample.channels()) {
      record.add(frame.channelsLast() ? channel : channel * rows * columns);
    }
    for (int channel : resample.channels()) {
      record.addReal(levels.factor()[channel]);
    }
    for (int channel : resample.channels()) {
      record.addReal(levels.shift()[channel]);
    }
    for (int channel : resample.channels()) {
      record.addReal(frame.fill() * levels.factor()[channel] - levels.shift()[channel]);
    }
    long width = span(op, frame.fromColumn(), frame.fromColumn() + frame.columns());
    long sums = width * rowTaps + (long) CHANNELS * frame.columns() * columnTaps;
    long bytes = width * rowsRead(op, frame) + 4L * op.output().size();
    encoding.add(2 * sums * frame.rows(), bytes, record);
  }

  /** Elements of scratch that an op wants for each group. */
  static long scratchElements(Op op) {
    if (!(op.action() instanceof Action.ResampleImage resample)) {
      return 0;
    }
    Frame frame = resample.frame();
    long longest = 0;
    for (int x = 0; x < frame.columns(); x += STRIP) {
      int end = Math.min(frame.columns(), x + STRIP);
      longest = Math.max(longest, span(op, frame.fromColumn() + x, frame.fromColumn() + end));
    }
    return longest + SLACK;
  }

  /** Bytes of a row that some columns of the resampled image read, from the first to the last. */
  private static int span(Op op, int from, int to) {
    Tensor indices = op.input(3).constant();
    int taps = op.input(3).dim(1);
    return CHANNELS * (int) (indices.longAt(to * taps - 1) - indices.longAt(from * taps) + 1);
  }

  /** How many rows of the image have a part in those of the frame. */
  private static int rowsRead(Op op, Frame frame) {
    Value indices = op.input(1);
    int taps = indices.dim(1);
    Set<Long> read = new HashSet<>();
    for (int i = frame.fromRow() * taps; i < (frame.fromRow() + frame.rows()) * taps; i++) {
      if (op.input(2).constant().doubleAt(i) != 0) {
        read.add(indices.constant().longAt(i));
      }
    }
    return read.size();
  }
}
