package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.List;
import java.util.stream.Stream;

/** Operators that read or write at indices, or find them. */
final class IndexCases {

  private IndexCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(
        gathers(), scatters(), oldScatter(), order(), oldTopK(), selections(), suppressions());
  }

  private static OperatorFamily gathers() {
    OperatorFamily f = new OperatorFamily("gather-elements", 13);
    for (int axis = -1; axis < 3; axis++) {
      long[] shape = {4, 5, 6};
      shape[Math.floorMod(axis, 3)] = 7;
      f.check(
          f.op("GatherElements", f.x(4, 5, 6), f.data(f.random().integers(-4, 4, shape)))
              .with("axis", axis));
      f.check(
          f.op("GatherElements", f.x(4, 5, 6), f.data(f.random().integers(-4, 4, 3, 2, 1)))
              .with("axis", axis));
      f.check(
          f.op("GatherElements", f.x(4, 5, 6), f.constant(f.random().integers(-4, 4, shape)))
              .with("axis", axis));
    }
    f.check(f.op("GatherElements", f.x(40), f.data(f.random().integers(-40, 40, 100))));
    f.check(
        f.op(
            "GatherElements",
            f.data(f.random().integers(-9, 9, 3, 19)),
            f.data(f.random().integers(0, 3, 5, 17))),
        DataType.INT64);
    f.check(
        f.op(
                "GatherElements",
                f.x(2, 3, 4, 2, 3, 2),
                f.data(f.random().integers(0, 4, 1, 2, 9, 1, 2, 2)))
            .with("axis", 2));
    f.check(f.op("GatherND", f.x(4, 5, 6), f.data(f.random().integers(-4, 4, 7, 3))));
    f.check(f.op("GatherND", f.x(4, 5, 17), f.data(f.random().integers(-4, 4, 3, 2, 2))));
    f.check(f.op("GatherND", f.x(4, 5, 6), f.data(f.random().integers(-4, 4, 1))));
    f.check(
        f.op("GatherND", f.x(3, 5, 6), f.data(f.random().integers(-5, 5, 3, 4, 1)))
            .with("batch_dims", 1));
    f.check(
        f.op("GatherND", f.x(3, 2, 5, 6), f.data(f.random().integers(-5, 5, 3, 2, 4, 2)))
            .with("batch_dims", 2));
    return f;
  }

  private static OperatorFamily scatters() {
    OperatorFamily f = new OperatorFamily("scatter", 18);
    for (String reduction : new String[] {"none", "add", "mul", "min", "max"}) {
      boolean none = reduction.equals("none"); // then no index may occur twice
      for (int axis = 0; axis < 3; axis++) {
        long[] shape = {4, 5, 6};
        shape[axis] = none ? 1 : 9;
        f.check(
            f.op(
                    "ScatterElements",
                    f.x(4, 5, 6),
                    f.data(f.random().integers(-4, 4, shape)),
                    f.x(shape))
                .with("axis", axis)
                .with("reduction", reduction));
      }
      f.check(
          f.op(
                  "ScatterElements",
                  f.data(f.random().integers(-50, 50, 20, 300)),
                  f.data(f.random().integers(-20, 20, none ? 1 : 5, 290)),
                  f.data(f.random().integers(-50, 50, none ? 1 : 5, 290)))
              .with("reduction", reduction),
          DataType.INT64);
      f.check(
          f.op(
                  "ScatterND",
                  f.x(9, 17),
                  f.data(Tensor.of(new long[] {3, -1, 0, none ? 5 : 3}, 4, 1)),
                  f.x(4, 17))
              .with("reduction", reduction));
      f.check(
          f.op(
                  "ScatterND",
                  f.x(3, 4, 5),
                  f.data(
                      Tensor.of(
                          new long[] {0, 1, 2, -1, -1, -1, 2, 0, 0, 0, 1, none ? 3 : 2}, 2, 2, 3)),
                  f.x(2, 2))
              .with("reduction", reduction));
    }
    return f;
  }

  private static OperatorFamily oldScatter() {
    OperatorFamily f = new OperatorFamily("scatter-old", 10);
    f.check(
        f.op("Scatter", f.x(3, 4), f.data(Tensor.of(new long[] {0, 2, 1}, 3, 1)), f.x(3, 1))
            .with("axis", 1));
    return f;
  }

  private static OperatorFamily order() {
    OperatorFamily f = new OperatorFamily("order", 13);
    for (String type : new String[] {"ArgMax", "ArgMin"}) {
      for (int axis = -3; axis < 3; axis++) {
        for (int last = 0; last < 2; last++) {
          f.check(
              f.op(type, f.x(3, 5, 18)).with("axis", axis).with("select_last_index", last),
              DataType.INT64);
          f.check(
              f.op(type, f.data(Tensor.of(new float[] {2, -1, -0.0f, 0, 2, -1}, 3, 2, 1)))
                  .with("axis", axis)
                  .with("keepdims", 0)
                  .with("select_last_index", last),
              DataType.INT64);
        }
      }
      f.check(
          f.op(type, f.data(Tensor.of(new int[] {7, 1 << 30, (1 << 30) + 1}, 3))), DataType.INT64);
    }
    for (int largest = 0; largest < 2; largest++) {
      for (int axis = 0; axis < 3; axis++) {
        topK(f, f.op("TopK", f.x(4, 7, 33), f.constant(4)), axis, largest);
      }
      topK(f, f.op("TopK", f.x(2, 3, 100), f.data(Tensor.of(new long[] {100}, 1))), -1, largest);
      List<String> values =
          f.op("TopK", f.data(f.random().integers(-5, 5, 3, 40)), f.constant(7))
              .with("largest", largest)
              .values(2);
      f.check(values.get(0), DataType.INT64, "TopK of integers");
      f.check(values.get(1), DataType.INT64, "TopK of integers");
    }
    for (int exclusive = 0; exclusive < 2; exclusive++) {
      for (int reverse = 0; reverse < 2; reverse++) {
        for (int axis = -1; axis < 2; axis++) {
          f.check(
              f.op("CumSum", f.x(5, 18), f.constant(Tensor.of(new long[] {axis})))
                  .with("exclusive", exclusive)
                  .with("reverse", reverse));
          f.check(
              f.op(
                      "CumSum",
                      f.data(f.random().integers(-9, 9, 5, 4)),
                      f.constant(Tensor.of(new long[] {axis})))
                  .with("exclusive", exclusive)
                  .with("reverse", reverse),
              DataType.INT64);
        }
      }
    }
    return f;
  }

  private static void topK(OperatorFamily f, ModelBuilder.Node node, int axis, int largest) {
    String label = node.with("axis", axis).with("largest", largest).toString();
    List<String> outputs = node.values(2);
    f.check(outputs.get(0), DataType.FLOAT32, label);
    f.check(outputs.get(1), DataType.INT64, label);
  }

  private static OperatorFamily oldTopK() {
    OperatorFamily f = new OperatorFamily("top-k-old", 9);
    List<String> outputs = f.op("TopK", f.x(3, 20)).with("k", 3).values(2);
    f.check(outputs.get(0), DataType.FLOAT32, "TopK-9");
    f.check(outputs.get(1), DataType.INT64, "TopK-9");
    return f;
  }

  private static OperatorFamily selections() {
    OperatorFamily f = new OperatorFamily("selection", 13);
    Tensor some = Tensor.wrap(DataType.BOOL, new byte[] {0, 1, 1}, 3);
    f.check(f.op("Compress", f.x(3, 4), f.constant(some)).with("axis", 0));
    f.check(f.op("Compress", f.x(3, 4), f.data(some)).with("axis", -1));
    f.check(f.op("Compress", f.x(3, 4), f.data(some)));
    f.check(f.op("NonZero", f.data(f.random().integers(-1, 2, 4, 5))), DataType.INT64);
    f.check(
        f.op("NonZero", f.data(Tensor.of(new float[] {0.1f, 0, -0.0f, 3}, 2, 2))), DataType.INT64);
    for (int sorted = 0; sorted < 2; sorted++) {
      Tensor rows = f.random().integers(0, 2, 6, 2, 2);
      Tensor reals = f.random().uniform(0, 1, 8);
      unique(f, f.op("Unique", f.data(reals)).with("sorted", sorted), DataType.FLOAT32);
      unique(f, f.op("Unique", f.data(rows)).with("sorted", sorted), DataType.INT64);
      for (int axis = 0; axis < 2; axis++) {
        unique(
            f,
            f.op("Unique", f.data(rows)).with("sorted", sorted).with("axis", axis),
            DataType.INT64);
      }
    }
    return f;
  }

  private static void unique(OperatorFamily f, ModelBuilder.Node node, DataType type) {
    String label = node.toString();
    List<String> outputs = node.values(4);
    f.check(outputs.get(0), type, label);
    outputs.subList(1, 4).forEach(output -> f.check(output, DataType.INT64, label));
  }

  private static OperatorFamily suppressions() {
    OperatorFamily f = new OperatorFamily("non-max-suppression", 11);
    for (int centred = 0; centred < 2; centred++) {
      String boxes = f.data(f.random().uniform(0.1f, 1, 2, 20, 4));
      String scores = f.data(f.random().uniform(0, 1, 2, 3, 20));
      f.check(
          f.op(
                  "NonMaxSuppression",
                  boxes,
                  scores,
                  f.constant(6),
                  f.constant(Tensor.of(new float[] {0.3f}, 1)),
                  f.constant(Tensor.of(new float[] {0.2f}, 1)))
              .with("center_point_box", centred),
          DataType.INT64);
    }
    return f;
  }
}
