package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.ReduceKind;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Operators that bring their data to mean 0 and variance 1, or to length 1. */
final class NormalizationOperators {

  private static final float EPSILON = 1e-5f;

  private NormalizationOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put(
        "BatchNormalization",
        new Limited("training from opset 14 on", NormalizationOperators::batchNormalization));
    all.put("InstanceNormalization", NormalizationOperators::instanceNormalization);
    all.put("GroupNormalization", NormalizationOperators::groupNormalization);
    all.put("LayerNormalization", NormalizationOperators::layerNormalization);
    all.put("RMSNormalization", NormalizationOperators::rmsNormalization);
    all.put("SimplifiedLayerNormalization", NormalizationOperators::rmsNormalization);
    all.put("LpNormalization", NormalizationOperators::lpNormalization);
    all.put("MeanVarianceNormalization", NormalizationOperators::meanVarianceNormalization);
  }

  private static float epsilon(Call call) {
    return call.attributes().real("epsilon", EPSILON);
  }

  /** {@code (x − mean) / sqrt(variance + ε) · scale + bias} for each channel. */
  private static List<Value> batchNormalization(Call call) {
    if (call.attributes().flag("training_mode", false)) {
      return trainingNormalization(call);
    }
    Value data = call.input(0);
    for (int i = 1; i < 5; i++) {
      if (!call.input(i).isConstant()) {
        return List.of(normalised(call, data, call.input(3), call.input(4)));
      }
    }
    float epsilon = epsilon(call);
    int[] shape = perChannel(data);
    Function<String, Value> derived =
        name ->
            call.builder()
                .derive(
                    "batch-normalization " + name + epsilon + Arrays.toString(shape),
                    t ->
                        BatchNormalization.fold(name.equals("scale"), epsilon, t)
                            .reshape(Shapes.longs(shape)),
                    call.input(1),
                    call.input(2),
                    call.input(3),
                    call.input(4));
    Arithmetic math = new Arithmetic(call.builder());
    return List.of(math.add(math.mul(data, derived.apply("scale")), derived.apply("shift")));
  }

  /** The shape that a value for each channel has beside the data: {@code [C, 1, …]}. */
  private static int[] perChannel(Value data) {
    int[] shape = new int[data.rank()];
    Arrays.fill(shape, 1);
    shape[1] = data.dim(1);
    return shape;
  }

  private static Value normalised(Call call, Value data, Value mean, Value variance) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    int[] shape = perChannel(data);
    Value factor = math.mul(math.inverseRoot(variance, epsilon(call)), call.input(1));
    Value shift = math.sub(call.input(2), math.mul(mean, factor));
    Value scaled = math.mul(data, builder.reshape(factor, shape));
    return math.add(scaled, builder.reshape(shift, shape));
  }

  /** By the batch's own statistics; also answers the running ones, moved a little towards those. */
  private static List<Value> trainingNormalization(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value data = call.input(0);
    if (call.opset() < 14) {
      throw builder.refusal("training before opset 14 is not supported");
    }
    boolean[] reduced = new boolean[data.rank()];
    Arrays.fill(reduced, true);
    reduced[1] = false;
    Moments moments = Moments.of(builder, data, reduced);
    Value mean = builder.reshape(moments.mean(), data.dim(1));
    Value variance = builder.reshape(moments.variance(), data.dim(1));
    float momentum = call.attributes().real("momentum", 0.9f);
    return List.of(
        normalised(call, data, mean, variance),
        math.add(math.mul(call.input(3), momentum), math.mul(mean, 1 - momentum)),
        math.add(math.mul(call.input(4), momentum), math.mul(variance, 1 - momentum)));
  }

  /** Mean and variance over some axes, which stay with extent 1, and the data less the mean. */
  private record Moments(Value mean, Value variance, Value centred) {

    static Moments of(Builder builder, Value data, boolean... reduced) {
      Arithmetic math = new Arithmetic(builder);
      Value mean = ReductionOperators.reduce(builder, data, ReduceKind.MEAN, reduced, true);
      Value centred = math.sub(data, mean);
      Value squares = math.apply(Fn.SQUARE, centred);
      Value variance = ReductionOperators.reduce(builder, squares, ReduceKind.MEAN, reduced, true);
      return new Moments(mean, variance, centred);
    }

    Value normalised(Arithmetic math, float epsilon) {
      return math.mul(centred, math.inverseRoot(variance, epsilon));
    }
  }

  private static List<Value> instanceNormalization(Call call) {
    Value data = call.input(0);
    int[] shape = perChannel(data);
    boolean[] reduced = new boolean[data.rank()];
    Arrays.fill(reduced, 2, data.rank(), true);
    Arithmetic math = new Arithmetic(call.builder());
    Value normalised = Moments.of(call.builder(), data, reduced).normalised(math, epsilon(call));
    Value scale = call.builder().reshape(call.input(1), shape);
    Value bias = call.builder().reshape(call.input(2), shape);
    return List.of(math.add(math.mul(normalised, scale), bias));
  }

  /** Groups of channels together; scale and bias for each group (opset 18) or each channel. */
  private static List<Value> groupNormalization(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value data = call.input(0);
    int groups = call.attributes().intOr("num_groups", 0);
    if (groups < 1 || data.dim(1) % groups != 0) {
      throw builder.refusal(groups + " groups of the channels of " + data);
    }
    int channels = data.dim(1) / groups;
    int points = Shapes.product(data.shape(), 2, data.rank());
    Value grouped = builder.reshape(data, data.dim(0), groups, channels, points);
    Value normalised =
        Moments.of(builder, grouped, false, false, true, true).normalised(math, epsilon(call));
    int each = call.opset() < 21 ? 1 : channels;
    Value scale = builder.reshape(call.input(1), groups, each, 1);
    Value bias = builder.reshape(call.input(2), groups, each, 1);
    return List.of(builder.reshape(math.add(math.mul(normalised, scale), bias), data.shape()));
  }

  private static List<Value> layerNormalization(Call call) {
    Value data = call.input(0);
    int axis = Shapes.axis(call.attributes().integer("axis", -1), data.rank());
    Value bias = call.has(2) ? call.input(2) : null;
    Value result = layerNorm(call, data, axis, call.input(1), bias);
    if (call.node().outputs().size() < 2) {
      return List.of(result);
    }
    boolean[] reduced = new boolean[data.rank()];
    Arrays.fill(reduced, axis, data.rank(), true);
    Moments moments = Moments.of(call.builder(), data, reduced);
    Value inverse = new Arithmetic(call.builder()).inverseRoot(moments.variance(), epsilon(call));
    return List.of(result, moments.mean(), inverse);
  }

  /**
   * Layer normalisation of all axes from the given one on.
   *
   * @param scale as many elements as those axes have
   * @param biasOrNone as many, or null
   */
  static Value layerNorm(Call call, Value data, int axis, Value scale, Value biasOrNone) {
    Builder builder = call.builder();
    int length = Shapes.product(data.shape(), axis, data.rank());
    Value factor = builder.reshape(scale, length);
    Value bias =
        biasOrNone == null
            ? builder.derive("zeros " + length, t -> Tensor.wrap(new float[length], length))
            : builder.reshape(biasOrNone, length);
    Action action = new Action.LayerNorm(length, epsilon(call));
    return builder.emit(action, data.type(), data.shape(), data, factor, bias);
  }

  private static List<Value> rmsNormalization(Call call) {
    Value data = call.input(0);
    int axis = Shapes.axis(call.attributes().integer("axis", -1), data.rank());
    return rmsNorm(call, data, axis, call.input(1));
  }

  /**
   * {@code x / sqrt(mean(x²) + ε) · scale} over all axes from the given one on; answers that and
   * the factor of each row.
   */
  static List<Value> rmsNorm(Call call, Value data, int axis, Value scale) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    boolean[] reduced = new boolean[data.rank()];
    Arrays.fill(reduced, axis, data.rank(), true);
    Value squares = math.apply(Fn.SQUARE, data);
    Value mean = ReductionOperators.reduce(builder, squares, ReduceKind.MEAN, reduced, true);
    Value factor = math.inverseRoot(mean, epsilon(call));
    return List.of(math.mul(math.mul(data, factor), scale), factor);
  }

  private static List<Value> lpNormalization(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value data = call.input(0);
    boolean[] reduced = new boolean[data.rank()];
    reduced[Shapes.axis(call.attributes().integer("axis", -1), data.rank())] = true;
    long p = call.attributes().integer("p", 2);
    if (p != 1 && p != 2) {
      throw builder.refusal("a norm with p = " + p);
    }
    Value parts = math.apply(p == 1 ? ElementwiseOperators.ABS_REAL : Fn.SQUARE, data);
    Value sum = ReductionOperators.reduce(builder, parts, ReduceKind.SUM, reduced, true);
    Value norm = p == 1 ? sum : math.apply(Fn.SQRT, sum);
    // A row of zeros stays one.
    Value divisor = math.apply(Fn.MAX, norm, math.real(Float.MIN_NORMAL));
    return List.of(math.div(data, divisor));
  }

  private static List<Value> meanVarianceNormalization(Call call) {
    Builder builder = call.builder();
    Arithmetic math = new Arithmetic(builder);
    Value data = call.input(0);
    long[] axes = call.attributes().integers("axes");
    boolean[] reduced = new boolean[data.rank()];
    for (long axis : axes == null ? new long[] {0, 2, 3} : axes) {
      reduced[Shapes.axis(axis, data.rank())] = true;
    }
    Moments moments = Moments.of(builder, data, reduced);
    Value deviation = math.add(math.apply(Fn.SQRT, moments.variance()), math.real(1e-9f));
    return List.of(math.div(moments.centred(), deviation));
  }
}
