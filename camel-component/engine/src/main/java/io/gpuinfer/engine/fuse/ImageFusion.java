package io.gpuinfer.engine.fuse;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Frame;
import io.gpuinfer.engine.program.Action.Levels;
import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Op;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one action of what brings a picture to a model's size: an input of bytes {@code [1,H,W,3]}
 * becomes planes of floats, which are resampled along both axes, cropped or padded, and normalised.
 * Each step may be missing, but one axis at least is resampled.
 */
final class ImageFusion {

  private static final int CHANNELS = 3;

  private final Map<Value, Op> producers;

  /** The op that reads a value which nobody else does. */
  private final Map<Value, Op> readers = new IdentityHashMap<>();

  private ImageFusion(Program program) {
    producers = program.producers();
    Map<Value, Integer> readings = program.readings();
    for (Op op : program.ops()) {
      for (Value input : op.inputs()) {
        if (readings.get(input) == 1) {
          readers.put(input, op);
        }
      }
    }
  }

  static Program apply(Program program) {
    ImageFusion fusion = new ImageFusion(program);
    Map<Value, Op> fused = new IdentityHashMap<>();
    for (Value input : program.inputs()) {
      Op op = isImage(input) ? fusion.from(input) : null;
      if (op != null) {
        fused.put(op.output(), op);
      }
    }
    List<Op> ops = new ArrayList<>(program.ops());
    ops.replaceAll(op -> fused.getOrDefault(op.output(), op));
    return DeadCode.remove(program.withOps(ops));
  }

  private static boolean isImage(Value value) {
    return value.type() == DataType.UINT8
        && value.rank() == 4
        && value.dim(0) == 1
        && value.dim(3) == CHANNELS;
  }

  /** All that is done to an image in one action, or null when that does not begin as it should. */
  private Op from(Value image) {
    Op cast = readers.get(image);
    Op planes = Match.operands(cast, Fn.TO_REAL) == null ? null : readers.get(cast.output());
    int[] channels = planes == null ? null : ImageBoxes.planes(planes);
    if (channels == null) {
      return null;
    }
    int height = image.dim(1);
    int width = image.dim(2);
    Value at = planes.output();
    Op down = resampling(at, CHANNELS, height, width);
    at = down == null ? at : down.output();
    int rows = at.dim(2);
    Op across = resampling(at, CHANNELS * rows, width, 1);
    if ((down == null && across == null) || !ascends(across)) {
      return null;
    }
    at = across == null ? at : across.output();
    Value[] most = with(Fn.MAX, at, 1);
    float least = most == null ? Float.NEGATIVE_INFINITY : only(most[1]);
    at = most == null ? at : readers.get(at).output();
    Value[] less = with(Fn.MIN, at, 1);
    float greatest = less == null ? Float.POSITIVE_INFINITY : only(less[1]);
    at = less == null ? at : readers.get(at).output();
    Frame frame = ImageBoxes.frame(readers.get(at), at);
    at = frame == null ? at : readers.get(at).output();
    frame = frame == null ? ImageBoxes.whole(at) : frame;
    Value[] product = with(Fn.MUL, at, CHANNELS);
    float[] factor = channels(product, 1);
    at = product == null ? at : readers.get(at).output();
    Value[] difference = with(Fn.SUB, at, CHANNELS);
    float[] shift = channels(difference, 0);
    at = difference == null ? at : readers.get(at).output();
    if (ImageBoxes.isToChannelsLast(readers.get(at), at)) {
      at = readers.get(at).output();
      frame = ImageBoxes.channelsLast(frame);
    }
    List<Value> inputs = new ArrayList<>(List.of(image));
    inputs.addAll(taps(down, height));
    inputs.addAll(taps(across, width));
    Levels levels = new Levels(least, greatest, factor, shift);
    return new Op(
        "Resize",
        new Action.ResampleImage(channels, frame, levels),
        inputs,
        at,
        Replaced.origins(producers.get(at), inputs, producers));
  }

  /** The op that resamples a value along one axis, or null. */
  private Op resampling(Value value, int outer, int extent, int inner) {
    Op op = readers.get(value);
    return op != null
            && op.action() instanceof Action.Resample resample
            && resample.outer() == outer
            && resample.extent() == extent
            && resample.inner() == inner
            && op.input(1).isConstant()
            && op.input(2).isConstant()
        ? op
        : null;
  }

  /** Indices and weights; of an axis that stays as it is, each element's own. */
  private static List<Value> taps(Op resampling, int extent) {
    if (resampling != null) {
      return resampling.inputs().subList(1, 3);
    }
    int[] indices = new int[extent];
    Arrays.setAll(indices, i -> i);
    float[] weights = new float[extent];
    Arrays.fill(weights, 1);
    return List.of(
        Value.constant("indices", Tensor.wrap(indices, extent, 1), false),
        Value.constant("weights", Tensor.wrap(weights, extent, 1), false));
  }

  private static boolean ascends(Op resampling) {
    if (resampling == null) {
      return true;
    }
    Tensor indices = resampling.input(1).constant();
    int taps = (int) indices.dim(1);
    for (int i = 0; i < indices.size(); i++) {
      long index = indices.longAt(i);
      if ((i % taps > 0 && indices.longAt(i - 1) > index)
          || (i >= taps && indices.longAt(i - taps) > index)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The operands of the function that is applied to a value next, when the second is a constant
   * with one element or one for each channel; or null.
   */
  private Value[] with(Fn fn, Value value, int most) {
    Op op = readers.get(value);
    Value[] operands = Match.operands(op, fn);
    if (operands == null
        || operands[0] != value
        || !operands[1].isConstant()
        || !Arrays.equals(op.output().shape(), value.shape())) {
      return null;
    }
    int[] shape = operands[1].shape();
    boolean single = operands[1].size() == 1;
    boolean perChannel =
        most == CHANNELS
            && operands[1].size() == CHANNELS
            && shape.length >= 3
            && shape[shape.length - 3] == CHANNELS;
    return single || perChannel ? operands : null;
  }

  private static float only(Value constant) {
    return (float) constant.constant().doubleAt(0);
  }

  /** The constant of an operation for each channel; where there is no operation, the default. */
  private static float[] channels(Value[] operands, float otherwise) {
    float[] values = new float[CHANNELS];
    for (int i = 0; i < CHANNELS; i++) {
      values[i] =
          operands == null
              ? otherwise
              : (float) operands[1].constant().doubleAt(operands[1].size() == 1 ? 0 : i);
    }
    return values;
  }
}
