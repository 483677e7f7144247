package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Coordinates;
import io.gpuinfer.engine.program.Action.Rounding;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Resizes some axes. What most models do, two adjacent axes by their nearest elements or linearly,
 * is one action; all else is done axis by axis.
 */
final class ResizeOperator {

  private static final int FEW_CHANNELS = 4;

  private final Call call;
  private final Value data;
  private final String mode;
  private final String coordinates;
  private final String rounding;
  private final boolean antialias;
  private final int[] shape;
  private final float[] scales;
  private final float[] region;

  private ResizeOperator(Call call) {
    this.call = call;
    this.data = call.input(0);
    boolean upsample = call.node().type().equals("Upsample") || call.opset() < 11;
    this.mode = call.attributes().text("mode", "nearest");
    if (!List.of("nearest", "linear", "cubic").contains(mode)) {
      throw call.builder().refusal("mode '" + mode + "' is not supported");
    }
    this.coordinates =
        call.attributes()
            .text("coordinate_transformation_mode", upsample ? "asymmetric" : "half_pixel");
    this.rounding =
        call.attributes().text("nearest_mode", upsample ? "floor" : "round_prefer_floor");
    this.antialias = call.attributes().flag("antialias", false);
    this.shape = data.shape();
    this.scales = new float[shape.length];
    Arrays.fill(scales, 1);
    this.region = new float[2 * shape.length];
    Arrays.fill(region, shape.length, region.length, 1);
    int[] axes = axes();
    if (!upsample && call.has(3) && call.input(3).size() > 0) {
      bySize(axes, call.known(3));
    } else {
      byScale(axes, upsample ? 1 : 2);
    }
    Shapes.size(shape); // before anything of that size is made
    if (coordinates.equals("tf_crop_and_resize")) {
      Tensor given = call.knownTensor(1);
      if (given.size() != 2 * axes.length) {
        throw new InvalidInputException("its region " + given + " does not fit " + data);
      }
      for (int i = 0; i < axes.length; i++) {
        region[axes[i]] = (float) given.doubleAt(i);
        region[axes[i] + shape.length] = (float) given.doubleAt(i + axes.length);
      }
    }
  }

  static List<Value> translate(Call call) {
    ResizeOperator resize = new ResizeOperator(call);
    Value fast = resize.twoAxes();
    return List.of(fast == null ? resize.axisByAxis() : fast);
  }

  private int[] axes() {
    long[] given = call.attributes().integers("axes");
    return given == null
        ? IntStream.range(0, data.rank()).toArray()
        : Arrays.stream(given).mapToInt(axis -> Shapes.axis(axis, data.rank())).toArray();
  }

  private void bySize(int[] axes, long... sizes) {
    if (sizes.length != axes.length) {
      throw new InvalidInputException(sizes.length + " sizes do not fit " + data);
    }
    String policy = call.attributes().text("keep_aspect_ratio_policy", "stretch");
    double common = policy.equals("not_larger") ? Double.MAX_VALUE : 0;
    for (int i = 0; i < axes.length; i++) {
      double scale = (double) sizes[i] / data.dim(axes[i]);
      common =
          switch (policy) {
            case "stretch" -> scale;
            case "not_larger" -> Math.min(common, scale);
            case "not_smaller" -> Math.max(common, scale);
            default -> throw call.builder().refusal("policy '" + policy + "' is not supported");
          };
      shape[axes[i]] = Math.toIntExact(sizes[i]);
      scales[axes[i]] = (float) scale;
    }
    if (!policy.equals("stretch")) {
      for (int axis : axes) {
        scales[axis] = (float) common;
        shape[axis] = (int) Math.round(common * data.dim(axis));
      }
    }
  }

  private void byScale(int[] axes, int input) {
    for (int i = 0; i < axes.length; i++) {
      double scale;
      if (call.has(input)) {
        scale = call.knownTensor(input).doubleAt(i);
      } else {
        scale = call.attributes().reals("scales")[i];
      }
      if (!(scale > 0)) {
        throw call.builder().refusal("scale " + scale + " of axis " + axes[i] + " is not above 0");
      }
      scales[axes[i]] = (float) scale;
      shape[axes[i]] = (int) Math.floor(data.dim(axes[i]) * (float) scale);
    }
  }

  /** Two adjacent axes at once, or null when that is not what is asked for. */
  private Value twoAxes() {
    Coordinates known = named(Coordinates.class, coordinates);
    Rounding rounded = named(Rounding.class, rounding);
    if (mode.equals("cubic") || known == null || rounded == null || antialias || isPictureAxis()) {
      return null;
    }
    Builder builder = call.builder();
    Value source = data;
    int[] out = shape;
    float[] scale = scales;
    boolean last = builder.isChannelsLast(data) && shape[1] == data.dim(1);
    if (last) {
      source = builder.channelsLast(data);
      out = Shapes.permute(shape, 0, 2, 3, 1);
      scale = new float[] {scales[0], scales[2], scales[3], scales[1]};
    }
    int[] in = source.shape();
    int first = 0;
    while (first < in.length - 2 && in[first] == out[first]) {
      first++;
    }
    for (int i = 0; i < in.length; i++) {
      if (((i < first || i > first + 1) && in[i] != out[i]) || in.length < 2) {
        return null;
      }
    }
    Action action =
        new Action.Resize(
            Shapes.product(in, 0, first),
            Shapes.product(in, first + 2, in.length),
            mode.equals("linear"),
            scale[first],
            scale[first + 1],
            known,
            rounded,
            in[first],
            in[first + 1],
            out[first],
            out[first + 1]);
    Value result = builder.emit(action, data.type(), out, source);
    return last ? builder.channelsFirst(result) : result;
  }

  /**
   * Whether one axis of something like a picture is resized: its rows are longer than its pixels.
   */
  private boolean isPictureAxis() {
    long resized = IntStream.range(0, shape.length).filter(i -> shape[i] != data.dim(i)).count();
    return mode.equals("linear")
        && resized == 1
        && shape.length == 4
        && data.dim(1) <= FEW_CHANNELS;
  }

  private static <E extends Enum<E>> E named(Class<E> kind, String name) {
    return Arrays.stream(kind.getEnumConstants())
        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElse(null);
  }

  private Value axisByAxis() {
    Value result = data;
    for (int axis = 0; axis < shape.length; axis++) {
      Resampling resampling =
          new Resampling(
              new Resampling.Axis(
                  data.dim(axis),
                  shape[axis],
                  scales[axis],
                  region[axis],
                  region[axis + shape.length],
                  coordinates));
      if (Float.isNaN(resampling.axis().source(0))) {
        throw new ModelLoadException(
            "Node '" + call.node().name() + "': '" + coordinates + "' is not supported");
      }
      if (!resampling.isIdentity()) {
        result = one(result, axis, resampling);
      }
    }
    return result;
  }

  private Value one(Value source, int axis, Resampling resampling) {
    Builder builder = call.builder();
    int[] out = source.shape();
    out[axis] = shape[axis];
    Value result;
    if (mode.equals("nearest")) {
      int[] indices = resampling.nearest(rounding);
      if (indices == null) {
        throw builder.refusal("nearest_mode '" + rounding + "' is not supported");
      }
      Value picked = builder.constant(Tensor.wrap(indices, indices.length), false);
      result = builder.emit(new Action.Gather(axis), data.type(), out, source, picked);
    } else {
      Resampling.Taps taps =
          resampling.taps(
              mode.equals("cubic"),
              call.attributes().real("cubic_coeff_a", -0.75f),
              call.attributes().flag("exclude_outside", false),
              antialias);
      Action action =
          new Action.Resample(
              Shapes.product(out, 0, axis),
              source.dim(axis),
              Shapes.product(out, axis + 1, out.length));
      result =
          builder.emit(
              action,
              data.type(),
              out,
              source,
              builder.constant(Tensor.wrap(taps.indices(), shape[axis], taps.count()), false),
              builder.constant(Tensor.wrap(taps.weights(), shape[axis], taps.count()), false));
    }
    return resampling.axis().crops() ? filled(result, axis, resampling) : result;
  }

  /** Puts the extrapolation value where a crop lies outside of the data. */
  private Value filled(Value result, int axis, Resampling resampling) {
    Builder builder = call.builder();
    long[] along = new long[shape.length];
    Arrays.fill(along, 1);
    along[axis] = shape[axis];
    float value = call.attributes().real("extrapolation_value", 0);
    Value outside = builder.constant(Tensor.wrap(resampling.filling(1), along), false);
    return ElementwiseOperators.apply(
        builder,
        data.type(),
        ElementwiseOperators.WHERE,
        ElementwiseOperators.cast(builder, outside, DataType.BOOL),
        builder.scalar(value),
        result);
  }
}
