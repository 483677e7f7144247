package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Epilogue;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Expr;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Convolutions over one to three spatial axes. The device convolves images: one axis is an image of
 * height 1, and of three axes the first becomes channels.
 */
final class WindowOperators {

  private static final int[] CHANNELS_SECOND = {0, 4, 1, 2, 3};

  private WindowOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Conv", new Limited(WindowAxis.LIMITS, WindowOperators::conv));
    all.put("ConvTranspose", new Limited(WindowAxis.LIMITS, WindowOperators::convTranspose));
  }

  /** The convolution of input 0 by input 1, plus input 2. */
  static List<Value> conv(Call call) {
    Value data = call.input(0);
    Value weights = call.input(1);
    int groups = call.attributes().intOr("group", 1);
    int[] kernel = kernel(call, data, weights);
    if (groups < 1 || data.dim(1) != weights.dim(1) * groups || weights.dim(0) % groups != 0) {
      throw new InvalidInputException(
          groups + " groups of weights " + weights + " do not fit data " + data);
    }
    List<WindowAxis> axes = WindowAxis.place(call, data, kernel);
    return List.of(convolve(call, data, weights, axes, groups));
  }

  /** The spatial extents of the weights. */
  private static int[] kernel(Call call, Value data, Value weights) {
    int count = WindowAxis.count(call, data);
    if (weights.rank() != data.rank()) {
      throw new InvalidInputException("its weights " + weights + " do not fit data " + data);
    }
    int[] kernel = Arrays.copyOfRange(weights.shape(), 2, weights.rank());
    boolean given = call.attributes().has("kernel_shape");
    if (given && !Arrays.equals(WindowAxis.positive(call, "kernel_shape", count), kernel)) {
      throw call.builder().refusal("its kernel_shape is not that of its weights " + weights);
    }
    return kernel;
  }

  /**
   * @param weights {@code [M, C/groups, kernel…]}
   */
  private static Value convolve(
      Call call, Value data, Value weights, List<WindowAxis> axes, int groups) {
    Builder builder = call.builder();
    boolean deep = axes.size() == 3;
    Value image =
        deep
            ? depthAsChannels(builder, data, axes.get(0), groups)
            : builder.channelsLast(image(builder, data));
    Value filter = deep ? depthAsChannels(builder, weights) : image(builder, weights);
    List<Value> inputs = new ArrayList<>(List.of(image, PackedWeights.of(builder, filter, groups)));
    Epilogue epilogue = bias(call, weights.dim(0), inputs);
    int height = WindowAxis.fromEnd(axes, 2).out();
    int width = WindowAxis.fromEnd(axes, 1).out();
    int[] shape = {image.dim(0), height, width, weights.dim(0)};
    Value result =
        builder.emit(
            new Action.Conv(WindowAxis.window(axes), groups, epilogue),
            data.type(),
            shape,
            inputs.toArray(Value[]::new));
    if (!deep) {
      return original(builder, data, builder.channelsFirst(result));
    }
    int depth = axes.get(0).out();
    Value volume = builder.reshape(result, data.dim(0), depth, height, width, weights.dim(0));
    return builder.transpose(volume, CHANNELS_SECOND);
  }

  private static Epilogue bias(Call call, int outputs, List<Value> inputs) {
    if (!call.has(2)) {
      return null;
    }
    if (call.input(2).size() != outputs) {
      throw call.builder().refusal("a bias " + call.input(2) + " for " + outputs + " channels");
    }
    inputs.add(call.input(2));
    return new Epilogue(
        new Expr.Call(Fn.ADD, new Expr.Input(0, false), new Expr.Input(1, false)), 2);
  }

  /**
   * Volumes {@code [N,C,D,H,W]} as images {@code [N·OD, H, W, groups·KD·C/groups]}: a pixel has the
   * channels of all depths that the window meets there.
   */
  private static Value depthAsChannels(Builder builder, Value data, WindowAxis axis, int groups) {
    int[] in = Shapes.strides(data.shape());
    int channels = data.dim(1) / groups;
    int pixel = data.dim(1) * axis.kernel();
    int[] shape = {data.dim(0) * axis.out(), data.dim(3), data.dim(4), pixel};
    int[] out = Shapes.strides(shape);
    List<StridedCopy> copies = new ArrayList<>();
    boolean covered = true;
    for (int tap = 0; tap < axis.kernel(); tap++) {
      int start = tap * axis.dilation() - axis.padBefore(); // the depth that window 0 meets
      int first = Math.max(0, Math.floorDiv(axis.stride() - 1 - start, axis.stride()));
      int last = Math.min(axis.out() - 1, Math.floorDiv(axis.extent() - 1 - start, axis.stride()));
      covered &= first == 0 && last == axis.out() - 1;
      if (first <= last) {
        copies.add(
            new StridedCopy(
                0,
                (start + first * axis.stride()) * in[2],
                new int[] {in[0], axis.stride() * in[2], in[3], in[4], channels * in[1], in[1]},
                first * out[0] + tap * channels,
                new int[] {
                  axis.out() * out[0], out[0], out[1], out[2], axis.kernel() * channels, 1
                },
                new int[] {
                  data.dim(0), last - first + 1, data.dim(3), data.dim(4), groups, channels
                }));
      }
    }
    return builder.emit(new Action.Move(copies, covered ? null : 0f), data.type(), shape, data);
  }

  /** Weights {@code [M,C,KD,KH,KW]} as {@code [M,KD·C,KH,KW]}. */
  private static Value depthAsChannels(Builder builder, Value weights) {
    return builder.reshape(
        builder.transpose(weights, 0, 2, 1, 3, 4),
        weights.dim(0),
        weights.dim(1) * weights.dim(2),
        weights.dim(3),
        weights.dim(4));
  }

  private static List<Value> convTranspose(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value weights = call.input(1);
    int groups = call.attributes().intOr("group", 1);
    int[] kernel = kernel(call, data, weights);
    if (groups < 1 || data.dim(1) != weights.dim(0) || weights.dim(0) % groups != 0) {
      throw new InvalidInputException(
          groups + " groups of weights " + weights + " do not fit data " + data);
    }
    List<WindowAxis> axes = placeTransposed(call, data, kernel);
    if (groups > 1 || axes.size() == 3 || !weights.isStable()) {
      return List.of(spreadAndConvolve(call, axes, groups));
    }
    Value image = builder.channelsLast(image(builder, data));
    List<Value> inputs = new ArrayList<>(List.of(image, image(builder, weights)));
    Epilogue epilogue = bias(call, weights.dim(1), inputs);
    int[] shape = {
      data.dim(0),
      WindowAxis.fromEnd(axes, 2).out(),
      WindowAxis.fromEnd(axes, 1).out(),
      weights.dim(1)
    };
    Value result =
        builder.emit(
            new Action.ConvTranspose(WindowAxis.window(axes), epilogue),
            data.type(),
            shape,
            inputs.toArray(Value[]::new));
    return List.of(original(builder, data, builder.channelsFirst(result)));
  }

  /** Where the windows of the outputs lie; the padding is what is cut off the output. */
  private static List<WindowAxis> placeTransposed(Call call, Value data, int... kernel) {
    int count = kernel.length;
    int[] strides = WindowAxis.positive(call, "strides", count);
    int[] dilations = WindowAxis.positive(call, "dilations", count);
    int[] extra = WindowAxis.listed(call, "output_padding", count, 0);
    int[] pads = WindowAxis.pads(call, count);
    String auto = WindowAxis.autoPad(call);
    long[] wanted = call.attributes().integers("output_shape");
    if (wanted != null && wanted.length != count) {
      throw call.builder().refusal("output_shape " + Arrays.toString(wanted) + " is out of range");
    }
    List<WindowAxis> axes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int extent = data.dim(2 + i);
      int whole =
          Math.addExact(
              Math.addExact(Math.multiplyExact(strides[i], extent - 1), extra[i]),
              WindowAxis.reach(kernel[i], dilations[i]));
      int before = auto.equals("NOTSET") ? pads[i] : 0;
      int after = auto.equals("NOTSET") ? pads[i + count] : 0;
      int out = whole - before - after;
      if (wanted != null || auto.startsWith("SAME")) {
        out = wanted != null ? Math.toIntExact(wanted[i]) : Math.multiplyExact(extent, strides[i]);
        int total = Math.max(0, whole - out);
        before = auto.equals("SAME_UPPER") ? total / 2 : (total + 1) / 2;
        after = total - before;
      }
      if (out < 1) {
        throw new InvalidInputException("its padding leaves nothing of axis " + (2 + i));
      }
      axes.add(new WindowAxis(extent, kernel[i], strides[i], dilations[i], before, after, out));
    }
    return axes;
  }

  /**
   * A transposed convolution as an ordinary one with turned weights, over data that the strides
   * spread apart. It multiplies many zeros, so it serves where the faster way does not.
   */
  private static Value spreadAndConvolve(Call call, List<WindowAxis> transposed, int groups) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value weights = call.input(1);
    int[] spread = data.shape();
    List<WindowAxis> axes = new ArrayList<>();
    for (int i = 0; i < transposed.size(); i++) {
      WindowAxis axis = transposed.get(i);
      spread[2 + i] = (axis.extent() - 1) * axis.stride() + 1;
      int before = (axis.kernel() - 1) * axis.dilation() - axis.padBefore();
      axes.add(
          new WindowAxis(spread[2 + i], axis.kernel(), 1, axis.dilation(), before, 0, axis.out()));
    }
    int[] out = Shapes.strides(spread);
    for (int i = 0; i < transposed.size(); i++) {
      out[2 + i] *= transposed.get(i).stride();
    }
    Value apart = data;
    if (!Arrays.equals(spread, data.shape())) {
      StridedCopy copy = new StridedCopy(0, 0, Shapes.strides(data.shape()), 0, out, data.shape());
      apart = builder.emit(new Action.Move(List.of(copy), 0f), data.type(), spread, data);
    }
    int inputs = weights.dim(0) / groups;
    int outputs = weights.dim(1);
    int taps = Shapes.product(weights.shape(), 2, weights.rank());
    Value turned =
        builder.box(
            weights,
            taps - 1,
            new int[] {inputs * outputs * taps, taps, outputs * taps, -1},
            groups,
            outputs,
            inputs,
            taps);
    int[] shape = weights.shape();
    shape[0] = groups * outputs;
    shape[1] = inputs;
    return convolve(call, apart, builder.reshape(turned, shape), axes, groups);
  }

  /** One spatial axis as an image of height 1. */
  static Value image(Builder builder, Value value) {
    return value.rank() == 3
        ? builder.reshape(value, value.dim(0), value.dim(1), 1, value.dim(2))
        : value;
  }

  /** An image with as many axes as the data had. */
  static Value original(Builder builder, Value data, Value result) {
    return data.rank() == 3
        ? builder.reshape(result, result.dim(0), result.dim(1), result.dim(3))
        : result;
  }
}
