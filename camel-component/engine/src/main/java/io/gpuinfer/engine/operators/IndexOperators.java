package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Reduction;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that read or write elements at indices that a run computes. */
final class IndexOperators {

  private IndexOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("GatherElements", IndexOperators::gatherElements);
    all.put("GatherND", IndexOperators::gatherNd);
    all.put("ScatterElements", IndexOperators::scatterElements);
    all.put("Scatter", IndexOperators::scatterElements);
    all.put("ScatterND", IndexOperators::scatterNd);
  }

  static void requireIntegers(Call call, Value indices) {
    if (indices.type() != DataType.INT32 && indices.type() != DataType.INT64) {
      throw call.builder().refusal("its indices are " + indices.type());
    }
  }

  private static List<Value> gatherElements(Call call) {
    Value data = call.input(0);
    Value indices = call.input(1);
    int axis = Shapes.axis(call.attributes().integer("axis", 0), data.rank());
    Value flat = elementIndices(call, data, indices, axis);
    return List.of(gather(call.builder(), data, flat, indices.shape()));
  }

  private static Value gather(Builder builder, Value data, Value flat, int... shape) {
    Value row = builder.reshape(data, data.size());
    Value places = builder.reshape(flat, flat.size());
    Value picked =
        builder.emit(new Action.Gather(0), data.type(), new int[] {flat.size()}, row, places);
    return builder.reshape(picked, shape);
  }

  /** For indices along one axis, the elements they mean; of the shape of the indices. */
  static Value elementIndices(Call call, Value data, Value indices, int axis) {
    requireIntegers(call, indices);
    boolean fits = indices.rank() == data.rank();
    for (int i = 0; fits && i < data.rank(); i++) {
      fits = i == axis || indices.dim(i) <= data.dim(i);
    }
    if (!fits) {
      throw new InvalidInputException("its indices " + indices + " do not fit " + data);
    }
    int[] strides = Shapes.strides(data.shape());
    List<int[]> axes = mergedAxes(data, indices, strides, axis);
    int[] shape = axes.stream().mapToInt(a -> a[0]).toArray();
    int[] steps = axes.stream().mapToInt(a -> a[1]).toArray();
    int at =
        IntStream.range(0, shape.length).filter(i -> axes.get(i)[2] == 1).findFirst().orElse(0);
    Builder builder = call.builder();
    Value places = FlatIndex.places(builder, shape, steps, at);
    Value merged = builder.reshape(indices, shape);
    Value flat = FlatIndex.plus(builder, places, merged, data.dim(axis), strides[axis]);
    return builder.reshape(flat, indices.shape());
  }

  /** The axes of the indices, those together that are one run in the data: extent, stride, flag. */
  private static List<int[]> mergedAxes(Value data, Value indices, int[] strides, int axis) {
    List<int[]> axes = new ArrayList<>();
    for (int i = 0; i < data.rank(); i++) {
      int[] last = axes.isEmpty() ? null : axes.get(axes.size() - 1);
      boolean run = i != axis && last != null && last[2] == 0 && indices.dim(i) == data.dim(i);
      if (run) {
        last[0] *= indices.dim(i);
        last[1] = strides[i];
      } else {
        axes.add(new int[] {indices.dim(i), strides[i], i == axis ? 1 : 0});
      }
    }
    return axes;
  }

  /** Where tuples of indices lead: the flat index of the first element of each slice. */
  private record Tuples(Value flat, int sliceSize, int[] sliceShape) {}

  private static Tuples tuples(Call call, Value data, Value indices, int batches) {
    requireIntegers(call, indices);
    Builder builder = call.builder();
    int length = indices.rank() == 0 ? 0 : indices.dim(-1);
    if (length < 1 || batches < 0 || batches >= indices.rank() || batches + length > data.rank()) {
      throw new InvalidInputException("its indices " + indices + " do not fit " + data);
    }
    int[] outer = Arrays.copyOf(indices.shape(), indices.rank() - 1);
    for (int i = 0; i < batches; i++) {
      if (outer[i] != data.dim(i)) {
        throw new InvalidInputException("its batches of " + indices + " are not those of " + data);
      }
    }
    int[] sliceShape = Arrays.copyOfRange(data.shape(), batches + length, data.rank());
    int sliceSize = Shapes.size(sliceShape);
    int perBatch = Shapes.product(data.shape(), batches, batches + length);
    int batchCount = Shapes.product(outer, 0, batches);
    int count = Shapes.size(outer);
    Value tuples = builder.reshape(indices, count, length);
    int[] shape = {batchCount, count / Math.max(1, batchCount)};
    Value flat = FlatIndex.places(builder, shape, new int[] {perBatch, 0}, 1);
    int[] extents = Arrays.copyOfRange(data.shape(), batches, batches + length);
    int[] strides = Shapes.strides(extents);
    for (int i = 0; i < length; i++) {
      Value column = builder.box(tuples, i, new int[] {length}, count);
      column = builder.reshape(column, shape);
      flat = FlatIndex.plus(builder, flat, column, extents[i], strides[i]);
    }
    return new Tuples(builder.reshape(flat, count), sliceSize, sliceShape);
  }

  private static List<Value> gatherNd(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value indices = call.input(1);
    Tuples tuples = tuples(call, data, indices, call.attributes().intOr("batch_dims", 0));
    int slices = tuples.sliceSize() == 0 ? 0 : data.size() / tuples.sliceSize();
    Value rows = builder.reshape(data, slices, tuples.sliceSize());
    int[] picked = {tuples.flat().size(), tuples.sliceSize()};
    Value result = builder.emit(new Action.Gather(0), data.type(), picked, rows, tuples.flat());
    int[] outer = Arrays.copyOf(indices.shape(), indices.rank() - 1);
    return List.of(builder.reshape(result, joined(outer, tuples.sliceShape())));
  }

  private static int[] joined(int[] first, int... second) {
    return IntStream.concat(Arrays.stream(first), Arrays.stream(second)).toArray();
  }

  private static List<Value> scatterElements(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value indices = call.input(1);
    Value updates = call.input(2);
    int axis = Shapes.axis(call.attributes().integer("axis", 0), data.rank());
    if (!Arrays.equals(indices.shape(), updates.shape())) {
      throw new InvalidInputException("its updates " + updates + " are not of " + indices);
    }
    Value flat = elementIndices(call, data, indices, axis);
    int[] axisFirst =
        IntStream.concat(IntStream.of(axis), IntStream.range(0, data.rank()).filter(i -> i != axis))
            .toArray();
    int steps = indices.dim(axis);
    int columns = steps == 0 ? 0 : indices.size() / steps;
    return List.of(
        scatter(
            call,
            data,
            builder.reshape(builder.transpose(flat, axisFirst), steps, columns),
            builder.reshape(builder.transpose(updates, axisFirst), steps, columns)));
  }

  private static List<Value> scatterNd(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    Value indices = call.input(1);
    Value updates = call.input(2);
    Tuples tuples = tuples(call, data, indices, 0);
    int[] outer = Arrays.copyOf(indices.shape(), indices.rank() - 1);
    if (!Arrays.equals(updates.shape(), joined(outer, tuples.sliceShape()))) {
      throw new InvalidInputException("its updates " + updates + " do not fit " + indices);
    }
    int count = tuples.flat().size();
    return List.of(
        scatter(call, data, tuples.flat(), builder.reshape(updates, count, tuples.sliceSize())));
  }

  private static Value scatter(Call call, Value data, Value indices, Value updates) {
    if (updates.type() != data.type()) {
      throw call.builder().refusal("its updates are " + updates.type() + " of " + data.type());
    }
    String name = call.attributes().text("reduction", "none");
    Reduction reduction;
    try {
      reduction = Reduction.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(
          "Node '" + call.node().name() + "': a reduction '" + name + "' is not supported", e);
    }
    if (updates.size() == 0) {
      return data;
    }
    return call.builder()
        .emit(new Action.Scatter(reduction), data.type(), data.shape(), data, indices, updates);
  }
}
