package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.BOOL;
import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.INT32;
import static io.gpuinfer.engine.DataType.INT64;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.stream.Stream;

/** Operators whose results follow from shapes, and the arithmetic that exporters do with them. */
final class ShapeCases {

  private ShapeCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(shapes());
  }

  private static OperatorFamily shapes() {
    OperatorFamily f = new OperatorFamily("shapes", 15);
    String open = f.openData(f.random().normal(3, 5, 7));
    f.check(f.op("Shape", open), INT64);
    f.check(f.op("Shape", open).with("start", 1), INT64);
    f.check(f.op("Shape", open).with("start", -2).with("end", -1), INT64);
    f.check(f.op("Shape", open).with("start", -100).with("end", 100), INT64);
    f.check(f.op("Size", open), INT64);
    f.check(f.op("ConstantOfShape", f.constant(2, 3)));
    filled(f, Tensor.of(new float[] {2.5f}, 1), FLOAT32);
    filled(f, Tensor.of(new long[] {-3}, 1), INT64);
    filled(f, Tensor.of(new int[] {4}, 1), INT32);
    filled(f, Tensor.wrap(BOOL, new byte[] {1}, 1), BOOL);
    range(f, Tensor.of(new long[] {2}), Tensor.of(new long[] {11}), Tensor.of(new long[] {3}));
    range(f, Tensor.of(new long[] {9}), Tensor.of(new long[] {-2}), Tensor.of(new long[] {-4}));
    range(f, Tensor.of(new int[] {0}), Tensor.of(new int[] {5}), Tensor.of(new int[] {1}));
    range(f, Tensor.of(new float[] {0}), Tensor.of(new float[] {1}), Tensor.of(new float[] {0.3f}));
    headsOf(f);
    flattenButFirst(f, open);
    expandByShape(f, open);
    maskFromRange(f);
    return f;
  }

  private static void filled(OperatorFamily f, Tensor value, DataType type) {
    String shape = f.op("Shape", f.openData(f.random().normal(2, 17))).value();
    f.check(f.op("ConstantOfShape", shape).with("value", value), type);
  }

  private static void range(OperatorFamily f, Tensor start, Tensor limit, Tensor delta) {
    f.check(f.op("Range", f.constant(start), f.constant(limit), f.constant(delta)), start.type());
  }

  /** Splits the last axis into heads, as attention does. */
  private static void headsOf(OperatorFamily f) {
    String x = f.openData(f.random().normal(2, 5, 12));
    String shape = f.op("Shape", x).value();
    String zero = f.constant(Tensor.of(new long[] {0}));
    String one = f.constant(Tensor.of(new long[] {1}));
    String batch = f.op("Unsqueeze", f.op("Gather", shape, zero).value(), f.constant(0)).value();
    String length = f.op("Unsqueeze", f.op("Gather", shape, one).value(), f.constant(0)).value();
    String target = f.op("Concat", batch, length, f.constant(3, -1)).with("axis", 0).value();
    String heads = f.op("Reshape", x, target).value();
    f.check(f.op("Transpose", heads).withAll("perm", 0, 2, 1, 3));
  }

  private static void flattenButFirst(OperatorFamily f, String x) {
    String shape = f.op("Shape", x).value();
    String kept = f.op("Slice", shape, f.constant(0), f.constant(1)).value();
    String rest = f.op("Slice", shape, f.constant(1), f.constant(Long.MAX_VALUE)).value();
    String product = f.op("ReduceProd", rest).withAll("axes", 0).value();
    f.check(f.op("Reshape", x, f.op("Concat", kept, product).with("axis", 0).value()));
  }

  private static void expandByShape(OperatorFamily f, String x) {
    String shape = f.op("Shape", x).value();
    String isOne = f.op("Equal", shape, f.constant(5)).value();
    String target = f.op("Where", isOne, f.constant(5), shape).value();
    f.check(f.op("Expand", f.x(5, 1), target));
    String real = f.op("Cast", shape).with("to", FLOAT32.onnx()).value();
    String half = f.op("Div", real, f.constant(Tensor.of(new float[] {2}))).value();
    String floor = f.op("Floor", half).value();
    String ends = f.op("Cast", floor).with("to", INT64.onnx()).value();
    f.check(f.op("Slice", x, f.constant(0, 0, 0), ends));
  }

  /** Positions below a length of the request, as generated masks compare them. */
  private static void maskFromRange(OperatorFamily f) {
    String x = f.openData(f.random().normal(2, 6));
    String width =
        f.op("Gather", f.op("Shape", x).value(), f.constant(Tensor.of(new long[] {1}))).value();
    String positions =
        f.op(
                "Range",
                f.constant(Tensor.of(new long[] {0})),
                width,
                f.constant(Tensor.of(new long[] {1})))
            .value();
    String lengths = f.data(Tensor.of(new long[] {4, 2}, 2, 1));
    f.check(f.op("Less", positions, lengths), BOOL);
  }
}
