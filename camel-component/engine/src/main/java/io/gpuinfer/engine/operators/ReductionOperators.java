package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.ReduceKind;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Fn;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that gather many elements into one, or normalise by what they gathered. */
final class ReductionOperators {

  private static final String INTEGERS = "integers are exact up to 2^24";

  private ReductionOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("ReduceSum", new Limited(INTEGERS, call -> reduce(call, ReduceKind.SUM)));
    all.put("ReduceMean", new Limited(INTEGERS, call -> reduce(call, ReduceKind.MEAN)));
    all.put("ReduceMax", new Limited(INTEGERS, call -> reduce(call, ReduceKind.MAX)));
    all.put("ReduceMin", new Limited(INTEGERS, call -> reduce(call, ReduceKind.MIN)));
    all.put("ReduceProd", new Limited(INTEGERS, call -> reduce(call, ReduceKind.PROD)));
    all.put("ReduceSumSquare", new Limited(INTEGERS, call -> reduce(call, ReduceKind.SUM_SQUARE)));
    all.put(
        "ReduceL2",
        call -> {
          Value squares = reduce(call, ReduceKind.SUM_SQUARE).get(0);
          return List.of(new Arithmetic(call.builder()).apply(Fn.SQRT, squares));
        });
    all.put("ReduceL1", new Limited(INTEGERS, ReductionOperators::l1));
    all.put(
        "ReduceLogSum",
        call -> {
          Value sum = reduce(call, ReduceKind.SUM).get(0);
          return List.of(new Arithmetic(call.builder()).log(sum));
        });
    all.put("ReduceLogSumExp", ReductionOperators::logSumExp);
    all.put("GlobalAveragePool", call -> global(call, ReduceKind.MEAN));
    all.put("GlobalMaxPool", call -> global(call, ReduceKind.MAX));
    all.put("Softmax", call -> softmax(call, false));
    all.put("LogSoftmax", call -> softmax(call, true));
    all.put("Hardmax", ReductionOperators::hardmax);
  }

  private static List<Value> reduce(Call call, ReduceKind kind) {
    return List.of(reduce(call, call.input(0), kind));
  }

  private static Value reduce(Call call, Value data, ReduceKind kind) {
    boolean[] reduced = axes(call);
    if (reduced == null) {
      return data;
    }
    boolean keep = call.attributes().flag("keepdims", true);
    return reduceAny(call.builder(), data, kind, reduced, keep);
  }

  /** Reduces some axes of elements of any type. */
  static Value reduceAny(
      Builder builder, Value data, ReduceKind kind, boolean[] reduced, boolean keep) {
    if (data.type().isFloat() || data.isConstant()) {
      return reduce(builder, data, kind, reduced, keep);
    }
    // The device reduces floats: exact for integers as long as results stay below 2^24.
    Value reals = ElementwiseOperators.cast(builder, data, DataType.FLOAT32);
    Value result = reduce(builder, reals, kind, reduced, keep);
    return ElementwiseOperators.cast(builder, result, data.type());
  }

  /** Which axes the node reduces; null when it is asked to do nothing. */
  private static boolean[] axes(Call call) {
    int rank = call.input(0).rank();
    long[] axes = call.listed("axes", 1);
    boolean none = axes == null || axes.length == 0;
    if (none && call.attributes().flag("noop_with_empty_axes", false)) {
      return null;
    }
    boolean[] reduced = new boolean[rank];
    if (none) {
      Arrays.fill(reduced, true);
    } else {
      for (long axis : axes) {
        reduced[Shapes.axis(axis, rank)] = true;
      }
    }
    return reduced;
  }

  private static List<Value> l1(Call call) {
    Value data = call.input(0);
    Fn magnitude =
        data.type().isFloat() ? ElementwiseOperators.ABS_REAL : ElementwiseOperators.ABS_INT;
    Value magnitudes = new Arithmetic(call.builder()).apply(magnitude, data);
    return List.of(reduce(call, magnitudes, ReduceKind.SUM));
  }

  /** {@code m + log(sum(exp(x − m)))} with the largest element m, so that nothing overflows. */
  private static List<Value> logSumExp(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    boolean[] reduced = axes(call);
    if (reduced == null) {
      return List.of(data);
    }
    Arithmetic math = new Arithmetic(builder);
    Value peak = reduce(builder, data, ReduceKind.MAX, reduced, true);
    Value sum = reduce(builder, math.exp(math.sub(data, peak)), ReduceKind.SUM, reduced, true);
    Value result = math.add(math.log(sum), peak);
    if (call.attributes().flag("keepdims", true)) {
      return List.of(result);
    }
    int[] kept =
        IntStream.range(0, reduced.length).filter(i -> !reduced[i]).map(data::dim).toArray();
    return List.of(builder.reshape(result, kept));
  }

  /** 1 at the first of the largest elements of each row, 0 elsewhere. */
  private static List<Value> hardmax(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    boolean old = call.opset() < 13; // all axes from the given one on are one row
    int axis = Shapes.axis(call.attributes().integer("axis", old ? 1 : -1), data.rank());
    int end = old ? data.rank() : axis + 1;
    int length = Shapes.product(data.shape(), axis, end);
    int outer = Shapes.product(data.shape(), 0, axis);
    Value rows =
        builder.reshape(data, outer, length, Shapes.product(data.shape(), end, data.rank()));
    boolean[] along = {false, true, false};
    Arithmetic math = new Arithmetic(builder);
    Value peak = reduce(builder, rows, ReduceKind.MAX, along, true);
    Value places = math.cast(math.positions(length, 1, 3), DataType.FLOAT32);
    Value isPeak = math.test(ElementwiseOperators.EQUAL, rows, peak);
    Value candidates = math.where(isPeak, places, math.real(length));
    Value first = reduce(builder, candidates, ReduceKind.MIN, along, true);
    Value hit = math.test(ElementwiseOperators.EQUAL, places, first);
    return List.of(builder.reshape(math.cast(hit, data.type()), data.shape()));
  }

  private static List<Value> global(Call call, ReduceKind kind) {
    boolean[] reduced = new boolean[call.input(0).rank()];
    Arrays.fill(reduced, 2, reduced.length, true);
    return List.of(reduce(call.builder(), call.input(0), kind, reduced, true));
  }

  /**
   * Reduces some axes of floats.
   *
   * @param reduced which axes
   * @param keep whether those stay, with extent 1
   */
  static Value reduce(
      Builder builder, Value data, ReduceKind kind, boolean[] reduced, boolean keep) {
    int[] kept = data.shape();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = reduced[i] ? 1 : kept[i];
    }
    int[] shape =
        keep
            ? kept
            : IntStream.range(0, kept.length).filter(i -> !reduced[i]).map(data::dim).toArray();
    Value source = data;
    boolean[] axes = reduced;
    if (builder.isChannelsLast(data)) {
      source = builder.channelsLast(data);
      axes = new boolean[] {reduced[0], reduced[2], reduced[3], reduced[1]};
      kept = Shapes.permute(kept, 0, 2, 3, 1);
    }
    int first = 0;
    while (first < axes.length && !axes[first]) {
      first++;
    }
    int end = first;
    while (end < axes.length && axes[end]) {
      end++;
    }
    for (int i = end; i < axes.length; i++) {
      if (axes[i]) { // two runs of axes: bring the reduced ones together at the end
        return apart(builder, data, kind, reduced, shape);
      }
    }
    int[] dims = source.shape();
    Action action =
        new Action.Reduce(
            kind,
            Shapes.product(dims, 0, first),
            Shapes.product(dims, first, end),
            Shapes.product(dims, end, dims.length));
    Value result = builder.emit(action, data.type(), kept, source);
    result = source == data ? result : builder.channelsFirst(result);
    return builder.reshape(result, shape);
  }

  private static Value apart(
      Builder builder, Value data, ReduceKind kind, boolean[] reduced, int... shape) {
    int[] perm =
        IntStream.concat(
                IntStream.range(0, data.rank()).filter(i -> !reduced[i]),
                IntStream.range(0, data.rank()).filter(i -> reduced[i]))
            .toArray();
    int kept = (int) IntStream.range(0, data.rank()).filter(i -> !reduced[i]).count();
    Value moved = builder.transpose(data, perm);
    boolean[] last = new boolean[data.rank()];
    Arrays.fill(last, kept, last.length, true);
    return builder.reshape(reduce(builder, moved, kind, last, true), shape);
  }

  private static List<Value> softmax(Call call, boolean log) {
    Builder builder = call.builder();
    Value data = call.input(0);
    int rank = data.rank();
    if (call.opset() < 13) { // before opset 13, all axes from the given one on are one row
      int axis = Shapes.axis(call.attributes().integer("axis", 1), rank);
      int length = Shapes.product(data.shape(), axis, rank);
      return List.of(
          builder.emit(new Action.Softmax(length, log), data.type(), data.shape(), data));
    }
    int axis = Shapes.axis(call.attributes().integer("axis", -1), rank);
    int[] swap = IntStream.range(0, rank).toArray();
    swap[axis] = rank - 1;
    swap[rank - 1] = axis;
    Value rows = builder.transpose(data, swap);
    Value result =
        builder.emit(new Action.Softmax(rows.dim(-1), log), data.type(), rows.shape(), rows);
    return List.of(builder.transpose(result, swap));
  }
}
