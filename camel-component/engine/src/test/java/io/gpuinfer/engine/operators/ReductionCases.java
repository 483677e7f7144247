package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.INT32;
import static io.gpuinfer.engine.DataType.INT64;

import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Operators that gather many elements into one, or normalise by what they gathered. */
final class ReductionCases {

  private static final List<String> REDUCTIONS =
      List.of(
          "ReduceSum",
          "ReduceMean",
          "ReduceMax",
          "ReduceMin",
          "ReduceProd",
          "ReduceSumSquare",
          "ReduceL2",
          "ReduceL1",
          "ReduceLogSumExp");

  private ReductionCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(reductions(11), reductions(18), integers(), softmax(11), softmax(13));
  }

  private static OperatorFamily reductions(int opset) {
    OperatorFamily f = new OperatorFamily("reduce", opset);
    long[][] axes = {{0}, {1}, {-1}, {0, 1}, {1, 2}, {0, 2}, {-3, -1}, {0, 1, 2}};
    for (String type : REDUCTIONS) {
      for (int k = 0; k < axes.length; k++) {
        reduce(f, opset, type, f.data(f.random().uniform(-1.5f, 1.5f, 3, 5, 19)), k % 2, axes[k]);
      }
      f.check(f.op(type, f.x(3, 5)));
      reduce(f, opset, type, f.x(2, 700), 0, 1);
      reduce(f, opset, type, f.weights(3, 5, 2), 1, 0, 2);
      reduce(f, opset, type, f.x(4, 1), 1, 1);
    }
    reduce(f, opset, "ReduceLogSum", f.data(f.random().uniform(2, 5, 3, 5, 19)), 1, 0, 2);
    reduce(f, opset, "ReduceLogSum", f.data(f.random().uniform(2, 5, 3, 19)), 0, 1);
    reduce(f, opset, "ReduceLogSumExp", f.data(f.random().uniform(90, 99, 3, 19)), 0, 1);
    reduce(f, opset, "ReduceMean", f.x(2, 3, 4, 5), 1, 2, 3);
    reduce(f, opset, "ReduceMean", f.x(2, 3, 4, 5), 0, 1, 3);
    reduce(f, opset, "ReduceMax", f.x(2, 3, 4, 2, 3), 0, 1, 3);
    reduce(f, opset, "ReduceMax", f.data(f.random().uniform(-9, -5, 3, 7)), 0, 1);
    reduce(f, opset, "ReduceMin", f.data(f.random().uniform(5, 9, 3, 7)), 0, 1);
    if (opset >= 13) {
      f.check(
          f.op("ReduceSum", f.x(3, 5), f.constant(Tensor.of(new long[0], 0)))
              .with("noop_with_empty_axes", 1));
      f.check(
          f.op("ReduceSum", f.x(3, 5), f.data(Tensor.of(new long[] {1}, 1))).with("keepdims", 0));
      f.check(f.op("ReduceSum", f.x(3, 5), f.openData(Tensor.of(new long[0], 0))));
    }
    return f;
  }

  private static void reduce(
      OperatorFamily f, int opset, String type, String data, int keep, long... axes) {
    boolean listed = opset >= 18 || (opset >= 13 && type.equals("ReduceSum"));
    f.check(
        (listed ? f.op(type, data, f.constant(axes)) : f.op(type, data).withAll("axes", axes))
            .with("keepdims", keep));
  }

  private static OperatorFamily integers() {
    OperatorFamily f = new OperatorFamily("reduce-integer", 13);
    for (String type : List.of("ReduceMax", "ReduceMin")) {
      f.check(f.op(type, f.data(f.random().integers(-99, 99, 3, 19))).withAll("axes", 1), INT64);
      f.check(f.op(type, f.data(f.random().ints(-99, 99, 3, 19))).withAll("axes", 0), INT32);
    }
    f.check(
        f.op("ReduceSum", f.data(f.random().integers(0, 2, 3, 19)), f.constant(1))
            .with("keepdims", 0),
        INT64);
    f.check(f.op("ReduceSum", f.data(f.random().ints(-99, 99, 3, 19)), f.constant(0)), INT32);
    f.check(
        f.op("ReduceProd", f.constant(f.random().integers(1, 4, 3, 4))).withAll("axes", 1), INT64);
    return f;
  }

  private static OperatorFamily softmax(int opset) {
    OperatorFamily f = new OperatorFamily("softmax", opset);
    Tensor ties = Tensor.of(new float[] {1, 3, 3, 2, 0, 0, -1, -1}, 2, 4);
    f.check(f.op("Hardmax", f.data(ties)).with("axis", 1));
    for (String type : List.of("Softmax", "LogSoftmax", "Hardmax")) {
      for (int axis = -3; axis < 3; axis++) {
        f.check(f.op(type, f.x(3, 5, 19)).with("axis", axis));
      }
      f.check(f.op(type, f.x(2, 33)));
      f.check(f.op(type, f.x(2, 3, 4, 5)));
      f.check(f.op(type, f.x(2, 1)).with("axis", 1));
      f.check(f.op(type, f.x(2, 700)).with("axis", 1));
      float[] wide = {-1e4f, -1e4f, 88, 90, -1e4f};
      f.check(f.op(type, f.data(Tensor.of(wide, 1, 5))).with("axis", 1));
    }
    return f;
  }
}
