package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.FLOAT32;

import io.gpuinfer.engine.Tensor;
import java.util.stream.Stream;

/** Operators that bring their data to mean 0 and variance 1, or to length 1. */
final class NormalizationCases {

  private NormalizationCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(normalisation(), channels(), groups(18), groups(21), rows(), roots());
  }

  private static OperatorFamily normalisation() {
    OperatorFamily f = new OperatorFamily("layer-normalization", 17);
    f.check(f.op("LayerNormalization", f.x(2, 5, 19), f.weights(19), f.weights(19)));
    f.check(f.op("LayerNormalization", f.x(2, 5, 384), f.weights(384)).with("epsilon", 1e-3f));
    f.check(
        f.op("LayerNormalization", f.x(2, 5, 7), f.weights(5, 7), f.weights(5, 7)).with("axis", 1));
    f.check(f.op("LayerNormalization", f.x(3, 2), f.weights(2), f.weights(2)));
    f.check(f.op("LayerNormalization", f.x(3, 300), f.x(300), f.x(300)));
    String far = f.op("Add", f.x(3, 65), f.constant(Tensor.of(new float[] {3}))).value();
    f.check(f.op("LayerNormalization", far, f.weights(65), f.weights(65)));
    for (int axis : new int[] {-2, 0, 2}) {
      long[] own =
          axis == 0 ? new long[] {3, 4, 7} : axis == 2 ? new long[] {7} : new long[] {4, 7};
      f.checkAll(
          f.op("LayerNormalization", f.x(3, 4, 7), f.weights(own), f.weights(own))
              .with("axis", axis),
          3,
          FLOAT32);
    }
    return f;
  }

  /** Statistics, scales and shifts for each channel that only a run knows. */
  private static OperatorFamily channels() {
    OperatorFamily f = new OperatorFamily("channel-normalization", 15);
    for (long[] shape : new long[][] {{2, 5, 3, 4}, {4, 5}, {2, 5, 9}}) {
      f.check(f.op("BatchNormalization", batch(f, shape)).with("epsilon", 1e-3f));
    }
    f.checkAll(
        f.op("BatchNormalization", batch(f, 2, 5, 3, 4))
            .with("training_mode", 1)
            .with("momentum", 0.8f),
        3,
        FLOAT32);
    f.check(f.op("InstanceNormalization", f.x(2, 5, 3, 4), f.weights(5), f.weights(5)));
    f.check(f.op("InstanceNormalization", f.x(2, 5, 700), f.x(5), f.x(5)).with("epsilon", 1e-2f));
    String image = f.op("Conv", f.x(1, 3, 6, 7), f.weights(8, 3, 3, 3)).value();
    f.check(f.op("InstanceNormalization", image, f.weights(8), f.weights(8)));
    f.check(f.op("MeanVarianceNormalization", f.x(2, 3, 4, 5)));
    f.check(f.op("MeanVarianceNormalization", f.x(2, 3, 4, 5)).withAll("axes", 1, 2));
    return f;
  }

  private static String[] batch(OperatorFamily f, long... shape) {
    return new String[] {
      f.x(shape), f.x(5), f.x(5), f.x(5), f.data(f.random().uniform(0.1f, 2, 5))
    };
  }

  private static OperatorFamily groups(int opset) {
    OperatorFamily f = new OperatorFamily("group-normalization", opset);
    int scales = opset < 21 ? 2 : 6;
    f.check(
        f.op("GroupNormalization", f.x(2, 6, 3, 4), f.weights(scales), f.weights(scales))
            .with("num_groups", 2));
    f.check(
        f.op("GroupNormalization", f.x(1, 6, 19), f.weights(scales), f.weights(scales))
            .with("num_groups", 2)
            .with("epsilon", 1e-2f));
    return f;
  }

  private static OperatorFamily rows() {
    OperatorFamily f = new OperatorFamily("row-normalization", 17);
    for (int p = 1; p <= 2; p++) {
      f.check(f.op("LpNormalization", f.x(3, 5, 7)).with("p", p));
      f.check(f.op("LpNormalization", f.x(3, 5, 7)).with("p", p).with("axis", 1));
    }
    f.check(f.op("SimplifiedLayerNormalization", f.x(2, 5, 19), f.weights(19)));
    f.check(f.op("SimplifiedLayerNormalization", f.x(2, 3, 64), f.x(64)).with("epsilon", 1e-2f));
    return f;
  }

  private static OperatorFamily roots() {
    OperatorFamily f = new OperatorFamily("rms-normalization", 23);
    f.check(f.op("RMSNormalization", f.x(2, 5, 19), f.weights(19)));
    f.check(f.op("RMSNormalization", f.x(2, 5, 7), f.weights(5, 7)).with("axis", 1));
    return f;
  }
}
