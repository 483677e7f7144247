package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.stream.Stream;

/**
 * Every kind of operator behind a convolution, whose result lies channels last: each has to read
 * and name the axes rightly there.
 */
final class LayoutCases {

  private LayoutCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(behindConvolution(), betweenConvolutions());
  }

  /** A computed image {@code [2, 6, 4, 5]}. */
  private static String image(OperatorFamily f) {
    return f.op("Conv", f.x(2, 3, 6, 7), f.weights(6, 3, 3, 3)).value();
  }

  private static OperatorFamily behindConvolution() {
    OperatorFamily f = new OperatorFamily("channels-last", 13);
    f.check(f.op("Identity", image(f)));
    f.check(f.op("Relu", image(f)));
    f.check(f.op("Add", image(f), f.weights(6, 1, 1)));
    f.check(f.op("Mul", image(f), f.weights(5)));
    f.check(f.op("Mul", image(f), f.x(4, 1)));
    f.check(f.op("Mul", f.x(2, 1, 4, 1), image(f)));
    f.check(f.op("Add", image(f), f.x(2, 6, 4, 5)));
    f.check(f.op("Add", image(f), image(f)));
    f.check(f.op("Add", image(f), f.x(3, 1, 1, 1, 1)));
    f.check(f.op("PRelu", image(f), f.weights(6, 1, 1)));
    f.check(
        f.op(
            "BatchNormalization",
            image(f),
            f.weights(6),
            f.weights(6),
            f.weights(6),
            f.constant(f.random().uniform(0.5f, 2, 6))));
    for (int axis = 0; axis < 4; axis++) {
      f.check(f.op("Concat", image(f), f.x(2, 6, 4, 5), image(f)).with("axis", axis));
      f.check(f.op("Softmax", image(f)).with("axis", axis));
      f.check(f.op("ReduceMean", image(f)).withAll("axes", axis).with("keepdims", axis % 2));
      f.check(f.op("Flatten", image(f)).with("axis", axis));
      f.check(f.op("Slice", image(f), f.constant(1), f.constant(Long.MAX_VALUE), f.constant(axis)));
      f.check(f.op("Gather", image(f), f.constant(Tensor.of(new long[] {1}))).with("axis", axis));
      f.check(f.op("Gather", image(f), f.data(f.random().integers(0, 2, 3))).with("axis", axis));
    }
    f.check(f.op("ReduceMean", image(f)).withAll("axes", 2, 3));
    f.check(f.op("ReduceMean", image(f)).withAll("axes", 1, 3).with("keepdims", 0));
    f.check(f.op("ReduceSum", image(f)));
    f.check(f.op("GlobalAveragePool", image(f)));
    f.check(f.op("GlobalMaxPool", image(f)));
    f.check(f.op("MaxPool", image(f)).withAll("kernel_shape", 2, 2));
    f.check(f.op("Pad", image(f), f.constant(0, 1, 2, 0, 0, 0, 1, 3)));
    f.check(f.op("Reshape", image(f), f.constant(2, 3, 40)));
    f.check(f.op("Squeeze", f.op("GlobalAveragePool", image(f)).value(), f.constant(2, 3)));
    f.check(f.op("Transpose", image(f)).withAll("perm", 0, 2, 3, 1));
    f.check(f.op("Transpose", image(f)).withAll("perm", 0, 3, 1, 2));
    f.check(f.op("Transpose", image(f)).withAll("perm", 3, 0, 2, 1));
    f.check(f.op("MatMul", image(f), f.weights(5, 7)));
    f.check(f.op("MatMul", f.weights(3, 4), image(f)));
    String sequence =
        f.op("Transpose", f.op("Flatten", image(f)).with("axis", 2).value())
            .withAll("perm", 1, 0)
            .value();
    f.check(f.op("MatMul", sequence, f.weights(12, 9)));
    f.check(
        f.op("DepthToSpace", f.op("Conv", f.x(1, 3, 4, 4), f.weights(8, 3, 1, 1)).value())
            .with("blocksize", 2));
    String none = f.constant(Tensor.of(new float[0], 0));
    f.check(f.op("Resize", image(f), none, none, f.constant(2, 6, 8, 7)).with("mode", "linear"));
    f.check(f.op("Resize", image(f), none, none, f.constant(2, 6, 4, 10)).with("mode", "nearest"));
    f.check(f.op("Expand", image(f), f.constant(2, 1, 6, 4, 5)));
    f.check(f.op("Tile", image(f), f.constant(1, 2, 1, 1)));
    f.checkAll(f.op("Split", image(f)).with("axis", 1), 2, DataType.FLOAT32);
    return f;
  }

  private static OperatorFamily betweenConvolutions() {
    OperatorFamily f = new OperatorFamily("between-convolutions", 13);
    String shortcut = image(f);
    String inner = f.op("Relu", conv(f, f.op("Relu", conv(f, shortcut)).value())).value();
    f.check(f.op("Conv", f.op("Add", inner, shortcut).value(), f.weights(5, 6, 1, 1)));
    String squeezed = f.op("GlobalAveragePool", image(f)).value();
    String gate =
        f.op("HardSigmoid", f.op("Conv", squeezed, f.weights(6, 6, 1, 1)).value()).value();
    f.check(f.op("Conv", f.op("Mul", image(f), gate).value(), f.weights(5, 6, 3, 3)));
    String joined = f.op("Concat", image(f), conv(f, image(f))).with("axis", 1).value();
    f.check(f.op("Conv", joined, f.weights(5, 12, 3, 3)));
    String half = f.op("Split", image(f)).with("axis", 1).values(2).get(1);
    f.check(f.op("Conv", half, f.weights(5, 3, 3, 3)));
    String shuffled =
        f.op(
                "Reshape",
                f.op("Transpose", f.op("Reshape", image(f), f.constant(2, 2, 3, 4, 5)).value())
                    .withAll("perm", 0, 2, 1, 3, 4)
                    .value(),
                f.constant(2, 6, 4, 5))
            .value();
    f.check(f.op("Conv", shuffled, f.weights(6, 1, 3, 3)).with("group", 6));
    String up =
        f.op("ConvTranspose", image(f), f.weights(6, 4, 2, 2)).withAll("strides", 2, 2).value();
    f.check(f.op("Sigmoid", up));
    return f;
  }

  private static String conv(OperatorFamily f, String image) {
    return f.op("Conv", image, f.weights(6, 6, 3, 3)).withAll("pads", 1, 1, 1, 1).value();
  }
}
