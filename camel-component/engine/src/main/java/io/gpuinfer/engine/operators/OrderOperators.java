package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Operators that compare or add up the elements along one axis, in their order. */
final class OrderOperators {

  private OrderOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("ArgMax", call -> List.of(argBest(call, true)));
    all.put("ArgMin", call -> List.of(argBest(call, false)));
    all.put(
        "TopK",
        new Limited("compares every element of a row with every other", OrderOperators::topK));
    all.put("CumSum", OrderOperators::cumSum);
  }

  private static Value argBest(Call call, boolean largest) {
    Value data = call.input(0);
    int[] shape = data.shape();
    int axis = Shapes.axis(call.attributes().integer("axis", 0), data.rank());
    if (shape[axis] == 0) {
      throw call.builder().refusal("there is no element to choose from in " + data);
    }
    Action action =
        new Action.ArgBest(
            largest,
            call.attributes().flag("select_last_index", false),
            Shapes.product(shape, 0, axis),
            shape[axis],
            Shapes.product(shape, axis + 1, shape.length));
    shape[axis] = 1;
    Value index = call.builder().emit(action, DataType.INT64, shape, data);
    if (call.attributes().flag("keepdims", true)) {
      return index;
    }
    int[] kept = IntStream.range(0, shape.length).filter(i -> i != axis).map(data::dim).toArray();
    return call.builder().reshape(index, kept);
  }

  /** Values and indices: the values are gathered by the indices. */
  private static List<Value> topK(Call call) {
    Builder builder = call.builder();
    Value data = call.input(0);
    int axis = Shapes.axis(call.attributes().integer("axis", -1), data.rank());
    long wanted = call.opset() < 10 ? call.attributes().integer("k", 1) : call.known(1)[0];
    if (wanted < 0 || wanted > data.dim(axis)) {
      throw builder.refusal("the best " + wanted + " along axis " + axis + " of " + data);
    }
    int count = (int) wanted;
    int length = data.dim(axis);
    int last = data.rank() - 1;
    int[] swap = IntStream.range(0, data.rank()).toArray();
    swap[axis] = last;
    swap[last] = axis;
    Value rows = builder.transpose(data, swap);
    int[] shape = rows.shape();
    shape[last] = count;
    Action action = new Action.TopIndices(call.attributes().flag("largest", true), length, count);
    Value indices = builder.emit(action, DataType.INT64, shape, rows);
    int rowCount = rows.size() / Math.max(1, length);
    Value places =
        FlatIndex.plus(
            builder,
            FlatIndex.steps(builder, 2, 0, rowCount, length),
            builder.reshape(indices, rowCount, count),
            length,
            1);
    Value values =
        builder.emit(
            new Action.Gather(0),
            data.type(),
            new int[] {rowCount * count},
            builder.reshape(rows, rows.size()),
            builder.reshape(places, rowCount * count));
    return List.of(
        builder.transpose(builder.reshape(values, shape), swap), builder.transpose(indices, swap));
  }

  private static List<Value> cumSum(Call call) {
    Value data = call.input(0);
    int axis = Shapes.axis(call.known(1)[0], data.rank());
    int[] shape = data.shape();
    Action action =
        new Action.CumSum(
            call.attributes().flag("exclusive", false),
            call.attributes().flag("reverse", false),
            Shapes.product(shape, 0, axis),
            shape[axis],
            Shapes.product(shape, axis + 1, shape.length));
    return List.of(call.builder().emit(action, data.type(), shape, data));
  }
}
