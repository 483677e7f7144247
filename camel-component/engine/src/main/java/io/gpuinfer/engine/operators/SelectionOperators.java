package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Operators whose output's shape depends on their input's elements. These must be known when the
 * program is made: constants, or inputs of the request that nothing computed on the device feeds.
 */
final class SelectionOperators {

  private static final String ON_HOST = "computed on the host, once for each plan";

  private SelectionOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("Compress", SelectionOperators::compress);
    all.put("NonZero", new Limited(ON_HOST, SelectionOperators::nonZero));
    all.put("Unique", new Limited(ON_HOST, SelectionOperators::unique));
    all.put("NonMaxSuppression", new Limited(ON_HOST, NonMaxSuppression::translate));
  }

  private static List<Value> compress(Call call) {
    Value data = call.input(0);
    long[] keep = call.known(1);
    Value source = data;
    int axis = 0;
    if (call.attributes().has("axis")) {
      axis = Shapes.axis(call.attributes().integer("axis", 0), data.rank());
    } else {
      source = call.builder().reshape(data, data.size());
    }
    if (keep.length > source.dim(axis)) {
      throw new InvalidInputException("its condition is longer than axis " + axis + " of " + data);
    }
    return List.of(
        pick(
            call.builder(),
            source,
            axis,
            IntStream.range(0, keep.length).filter(i -> keep[i] != 0).asLongStream().toArray()));
  }

  /** The given rows along an axis. */
  private static Value pick(Builder builder, Value data, int axis, long... rows) {
    int[] shape = data.shape();
    shape[axis] = rows.length;
    Value indices = builder.constant(Tensor.wrap(rows, rows.length), false);
    return builder.emit(new Action.Gather(axis), data.type(), shape, data, indices);
  }

  private static List<Value> nonZero(Call call) {
    Value value = call.input(0);
    Tensor data = call.knownTensor(0);
    int[] found = IntStream.range(0, data.size()).filter(i -> data.doubleAt(i) != 0).toArray();
    int[] strides = Shapes.strides(value.shape());
    long[] indices = new long[strides.length * found.length];
    for (int axis = 0; axis < strides.length; axis++) {
      for (int i = 0; i < found.length; i++) {
        indices[axis * found.length + i] = found[i] / strides[axis] % value.dim(axis);
      }
    }
    return List.of(
        call.builder().constant(Tensor.wrap(indices, strides.length, found.length), false));
  }

  /** Rows along an axis that occur, with where first, which of them each is, and how often. */
  private static List<Value> unique(Call call) {
    Builder builder = call.builder();
    Value value = call.input(0);
    Tensor data = call.knownTensor(0);
    boolean flat = !call.attributes().has("axis");
    int axis = flat ? 0 : Shapes.axis(call.attributes().integer("axis", 0), value.rank());
    Value source = flat ? builder.reshape(value, value.size()) : value;
    int[] shape = source.shape();
    int outer = Shapes.product(shape, 0, axis);
    int inner = Shapes.product(shape, axis + 1, shape.length);
    int extent = shape[axis];
    Map<double[], List<Integer>> rows = new TreeMap<>(Arrays::compare);
    for (int i = 0; i < extent; i++) {
      double[] row = new double[outer * inner];
      for (int k = 0; k < row.length; k++) {
        row[k] = data.doubleAt((k / inner * extent + i) * inner + k % inner) + 0.0;
      }
      rows.computeIfAbsent(row, key -> new ArrayList<>()).add(i);
    }
    List<List<Integer>> groups = new ArrayList<>(rows.values());
    if (!call.attributes().flag("sorted", true)) {
      groups.sort(Comparator.comparing(group -> group.get(0)));
    }
    long[] first = groups.stream().mapToLong(group -> group.get(0)).toArray();
    long[] counts = groups.stream().mapToLong(List::size).toArray();
    long[] inverse = new long[extent];
    for (int g = 0; g < groups.size(); g++) {
      for (int i : groups.get(g)) {
        inverse[i] = g;
      }
    }
    List<Value> outputs = new ArrayList<>();
    outputs.add(pick(builder, source, axis, first));
    for (long[] list : List.of(first, inverse, counts)) {
      outputs.add(builder.constant(Tensor.wrap(list, list.length), false));
    }
    return outputs;
  }
}
