package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.PoolKind;
import io.gpuinfer.engine.program.Action.Reduction;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Operators that make one element of each window. */
final class PoolOperators {

  private static final int[] CHANNELS_LAST = {0, 2, 3, 4, 1};
  private static final int[] CHANNELS_SECOND = {0, 4, 1, 2, 3};

  private PoolOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("MaxPool", new Limited(WindowAxis.LIMITS, PoolOperators::maxPool));
    all.put("AveragePool", new Limited(WindowAxis.LIMITS, PoolOperators::averagePool));
    all.put("LpPool", new Limited(WindowAxis.LIMITS, PoolOperators::lpPool));
    all.put("GlobalLpPool", PoolOperators::globalLpPool);
    all.put("MaxUnpool", new Limited(WindowAxis.LIMITS, PoolOperators::maxUnpool));
    all.put("LRN", PoolOperators::lrn);
  }

  private static List<WindowAxis> place(Call call) {
    Value data = call.input(0);
    if (!call.attributes().has("kernel_shape")) {
      throw call.builder().refusal("a pool needs a kernel_shape");
    }
    int count = WindowAxis.count(call, data);
    return WindowAxis.place(call, data, WindowAxis.positive(call, "kernel_shape", count));
  }

  private static List<Value> averagePool(Call call) {
    boolean countPadding = call.attributes().flag("count_include_pad", false);
    return List.of(
        pool(call.builder(), call.input(0), place(call), PoolKind.AVERAGE, countPadding));
  }

  private static List<Value> maxPool(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    List<WindowAxis> axes = place(call);
    boolean narrow = data.type() == DataType.INT8 || data.type() == DataType.UINT8;
    Value reals = narrow ? ElementwiseOperators.cast(builder, data, DataType.FLOAT32) : data;
    Value best = pool(builder, reals, axes, PoolKind.MAX, false);
    best = ElementwiseOperators.cast(builder, best, data.type());
    return call.node().outputs().size() == 1
        ? List.of(best)
        : List.of(best, indices(call, reals, axes));
  }

  /** Windows over channels-first data. Over three axes, a pool of pools. */
  private static Value pool(
      Builder builder, Value data, List<WindowAxis> axes, PoolKind kind, boolean countPadding) {
    WindowAxis y = WindowAxis.fromEnd(axes, 2);
    WindowAxis x = WindowAxis.fromEnd(axes, 1);
    if (axes.size() < 3) {
      Value image = builder.channelsLast(WindowOperators.image(builder, data));
      Value result = poolImage(builder, image, y, x, kind, countPadding);
      return WindowOperators.original(builder, data, builder.channelsFirst(result));
    }
    WindowAxis z = axes.get(0);
    int images = data.dim(0);
    int channels = data.dim(1);
    Value last = builder.transpose(data, CHANNELS_LAST);
    Value planes = builder.reshape(last, images * z.extent(), y.extent(), x.extent(), channels);
    Value flat = poolImage(builder, planes, y, x, kind, countPadding);
    int plane = y.out() * x.out();
    Value columns = builder.reshape(flat, images, z.extent(), plane, channels);
    Value result = poolImage(builder, columns, z, WindowAxis.still(plane), kind, countPadding);
    Value volume = builder.reshape(result, images, z.out(), y.out(), x.out(), channels);
    return builder.transpose(volume, CHANNELS_SECOND);
  }

  private static Value poolImage(
      Builder builder,
      Value image,
      WindowAxis y,
      WindowAxis x,
      PoolKind kind,
      boolean countPadding) {
    int[] shape = {image.dim(0), y.out(), x.out(), image.dim(3)};
    Action action =
        new Action.Pool(WindowAxis.window(List.of(y, x)), kind, countPadding, y.end(), x.end());
    return builder.emit(action, image.type(), shape, image);
  }

  /** For each window, where in the data its greatest element is. */
  private static Value indices(Call call, Value data, List<WindowAxis> axes) {
    Builder builder = call.builder();
    int depth = WindowAxis.fromEnd(axes, 3).extent();
    int height = WindowAxis.fromEnd(axes, 2).extent();
    int width = WindowAxis.fromEnd(axes, 1).extent();
    Value volume = builder.reshape(data, data.dim(0), data.dim(1), depth, height, width);
    Value last = builder.transpose(volume, CHANNELS_LAST);
    boolean columnMajor = call.attributes().flag("storage_order", false);
    Action action =
        new Action.PoolIndices(
            each(axes, WindowAxis::kernel),
            each(axes, WindowAxis::stride),
            each(axes, WindowAxis::padBefore),
            each(axes, WindowAxis::dilation),
            columnMajor
                ? new int[] {1, depth, depth * height}
                : new int[] {height * width, width, 1});
    int[] out = each(axes, WindowAxis::out);
    int[] shape = {data.dim(0), out[0], out[1], out[2], data.dim(1)};
    Value found = builder.emit(action, DataType.INT64, shape, last);
    int[] original = data.shape();
    for (int i = 0; i < axes.size(); i++) {
      original[2 + i] = axes.get(i).out();
    }
    return builder.reshape(builder.transpose(found, CHANNELS_SECOND), original);
  }

  /** A property of the axes, of three in any case. */
  private static int[] each(List<WindowAxis> axes, ToIntFunction<WindowAxis> property) {
    int[] values = new int[3];
    Arrays.setAll(values, i -> property.applyAsInt(WindowAxis.fromEnd(axes, 3 - i)));
    return values;
  }

  private static List<Value> lpPool(Call call) {
    Value powers = power(call, call.input(0));
    return List.of(root(call, pool(call.builder(), powers, place(call), PoolKind.SUM, false)));
  }

  private static List<Value> globalLpPool(Call call) {
    Builder builder = call.builder();
    Value powers = power(call, call.input(0));
    int rows = powers.dim(0) * powers.dim(1);
    int length = Shapes.product(powers.shape(), 2, powers.rank());
    int[] shape = powers.shape();
    Arrays.fill(shape, 2, shape.length, 1);
    Action sum = new Action.Reduce(Action.ReduceKind.SUM, rows, length, 1);
    return List.of(root(call, builder.emit(sum, powers.type(), shape, powers)));
  }

  private static int norm(Call call) {
    int p = call.attributes().intOr("p", 2);
    if (p < 1) {
      throw call.builder().refusal("a norm of p " + p);
    }
    return p;
  }

  /** {@code |x|^p} */
  private static Value power(Call call, Value data) {
    Builder builder = call.builder();
    int p = norm(call);
    Value size =
        ElementwiseOperators.apply(builder, data.type(), ElementwiseOperators.ABS_REAL, data);
    return p == 1
        ? size
        : ElementwiseOperators.apply(
            builder, data.type(), ElementwiseOperators.POW, size, builder.scalar(p));
  }

  private static Value root(Call call, Value sum) {
    Builder builder = call.builder();
    int p = norm(call);
    return p == 1
        ? sum
        : ElementwiseOperators.apply(
            builder, sum.type(), ElementwiseOperators.POW, sum, builder.scalar(1f / p));
  }

  /** Zeros, and the data where the indices say. */
  private static List<Value> maxUnpool(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value indices = call.input(1);
    IndexOperators.requireIntegers(call, indices);
    int count = WindowAxis.count(call, data);
    int[] kernel = WindowAxis.positive(call, "kernel_shape", count);
    int[] strides = WindowAxis.positive(call, "strides", count);
    int[] pads = WindowAxis.pads(call, count);
    int[] shape = data.shape();
    for (int i = 0; i < count; i++) {
      shape[2 + i] = (shape[2 + i] - 1) * strides[i] + kernel[i] - pads[i] - pads[i + count];
    }
    if (call.has(2)) {
      shape = Shapes.ints(call.known(2));
    }
    if (indices.size() != data.size() || shape.length != data.rank()) {
      throw new InvalidInputException(data + " and " + indices + " cannot be unpooled");
    }
    Value zeros =
        builder.emit(
            new Action.Move(List.of(), 0f), data.type(), new int[] {Shapes.size(shape)}, data);
    Value filled =
        builder.emit(
            new Action.Scatter(Reduction.NONE),
            data.type(),
            zeros.shape(),
            zeros,
            builder.reshape(indices, data.size()),
            builder.reshape(data, data.size(), 1));
    return List.of(builder.reshape(filled, shape));
  }

  /** {@code x / (bias + alpha/size · Σ x²)^beta}, the sum over {@code size} channels around. */
  private static List<Value> lrn(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    int size = call.attributes().intOr("size", 0);
    if (size < 1 || data.rank() < 2) {
      throw builder.refusal("a sum over " + size + " channels of " + data);
    }
    Value squares = ElementwiseOperators.apply(builder, data.type(), Fn.SQUARE, data);
    int channels = data.dim(1);
    int pixels = Shapes.product(data.shape(), 2, data.rank());
    // For the pool, channels are the height of an image and pixels its channels.
    Value image = builder.reshape(squares, data.dim(0), channels, 1, pixels);
    WindowAxis window = new WindowAxis(channels, size, 1, 1, (size - 1) / 2, size / 2, channels);
    Value sums = poolImage(builder, image, window, WindowAxis.still(1), PoolKind.SUM, false);
    sums = builder.reshape(sums, data.shape());
    float alpha = call.attributes().real("alpha", 1e-4f) / size;
    Value base =
        ElementwiseOperators.apply(builder, data.type(), Fn.MUL, sums, builder.scalar(alpha));
    base =
        ElementwiseOperators.apply(
            builder, data.type(), Fn.ADD, base, builder.scalar(call.attributes().real("bias", 1)));
    Value factor =
        ElementwiseOperators.apply(
            builder,
            data.type(),
            ElementwiseOperators.POW,
            base,
            builder.scalar(-call.attributes().real("beta", 0.75f)));
    return List.of(ElementwiseOperators.apply(builder, data.type(), Fn.MUL, data, factor));
  }
}
