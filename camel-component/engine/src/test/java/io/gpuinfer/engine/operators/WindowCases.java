package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.Agreement;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Operators that slide a window. */
final class WindowCases {

  private WindowCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(
        convolutions(),
        largeConvolutions(),
        channelsTogether(),
        computedWeights(),
        volumes(),
        transposed(),
        transposedInGroups(),
        pools(),
        poolIndices(),
        norms(),
        unpools());
  }

  /** Those of many channels, whose algorithm adds and subtracts what nearly cancels out. */
  private static OperatorFamily largeConvolutions() {
    OperatorFamily f = new OperatorFamily("large-conv", 13, new Agreement(1e-4, 1e-4));
    int[][] shapes = { // images, inputs, outputs, height, width, padding
      {1, 16, 16, 8, 8, 1},
      {3, 48, 40, 9, 14, 1},
      {2, 64, 64, 13, 27, 1},
      {1, 32, 33, 30, 31, 0},
      {5, 80, 97, 6, 7, 2},
      {1, 160, 32, 40, 5, 1},
      {1, 20, 70, 34, 35, 1}
    };
    for (int[] shape : shapes) {
      String weights = small(f, shape[2], shape[1], 3, 3);
      ModelBuilder.Node conv =
          f.op("Conv", f.x(shape[0], shape[1], shape[3], shape[4]), weights, f.weights(shape[2]))
              .withAll("pads", shape[5], 0, shape[5], 1);
      f.check(shape[0] == 1 ? conv : f.op("Relu", conv.value()));
    }
    return f;
  }

  /** Convolutions whose channels are put together, shuffled, or both. */
  private static OperatorFamily channelsTogether() {
    OperatorFamily f = new OperatorFamily("channels-together", 13);
    String x = f.x(2, 16, 10, 12);
    String one = f.op("Conv", x, small(f, 24, 16, 1, 1)).value();
    String three = f.op("Conv", x, small(f, 17, 16, 3, 3)).withAll("pads", 1, 1, 1, 1).value();
    String pool =
        f.op("MaxPool", x).withAll("kernel_shape", 3, 3).withAll("pads", 1, 1, 1, 1).value();
    String all =
        f.op("Concat", f.op("Relu", one).value(), three, pool, f.op("Relu", three).value())
            .with("axis", 1)
            .value();
    f.check(f.op("Conv", all, small(f, 9, 74, 3, 3)));
    f.check(f.op("Concat", one, f.op("Conv", x, small(f, 8, 16, 1, 1)).value()).with("axis", 1));
    f.check(f.op("Concat", one, f.op("Conv", x, small(f, 24, 16, 1, 1)).value()).with("axis", 2));
    String grouped = f.op("Conv", x, small(f, 12, 4, 1, 1)).with("group", 4).value();
    String split = f.op("Reshape", grouped, f.constant(2, 4, 3, 10, 12)).value();
    String mixed = f.op("Transpose", split).withAll("perm", 0, 2, 1, 3, 4).value();
    String shuffled = f.op("Reshape", mixed, f.constant(2, 12, 10, 12)).value();
    f.check(f.op("Relu", shuffled));
    f.check(f.op("Conv", shuffled, small(f, 12, 1, 3, 3)).with("group", 12));
    return f;
  }

  private static String small(OperatorFamily f, long... shape) {
    return f.constant(f.random().uniform(-0.1f, 0.1f, shape));
  }

  private static OperatorFamily convolutions() {
    OperatorFamily f = new OperatorFamily("conv", 13);
    int[] channels = {1, 3, 5, 17, 24, 33};
    for (int k = 0; k < channels.length; k++) {
      int in = channels[k];
      int out = channels[(k + 2) % channels.length];
      f.check(f.op("Conv", f.x(2, in, 6, 7), f.weights(out, in, 3, 3)));
      f.check(f.op("Conv", f.x(1, in, 5, 9), f.weights(out, in, 1, 1), f.weights(out)));
      f.check(
          f.op("Conv", f.x(1, in, 8, 9), f.weights(out, in, 3, 2))
              .withAll("pads", 1, 0, 2, 1)
              .withAll("strides", 2, 3));
      f.check(
          f.op("Conv", f.x(2, in, 7, 7), f.weights(in, 1, 3, 3), f.weights(in))
              .with("group", in)
              .withAll("pads", 1, 1, 1, 1));
    }
    f.check(f.op("Conv", f.x(1, 3, 13, 11), f.weights(7, 3, 7, 5)).withAll("pads", 3, 2, 3, 2));
    f.check(f.op("Conv", f.x(1, 2, 15, 15), f.weights(3, 2, 13, 13)).withAll("pads", 6, 6, 6, 6));
    f.check(
        f.op("Conv", f.x(1, 3, 9, 10), f.weights(4, 3, 3, 3))
            .withAll("dilations", 2, 3)
            .withAll("pads", 2, 3, 2, 3));
    f.check(f.op("Conv", f.x(2, 6, 5, 6), f.weights(9, 2, 3, 3)).with("group", 3));
    f.check(f.op("Conv", f.x(1, 66, 4, 5), f.weights(70, 33, 3, 3)).with("group", 2));
    f.check(f.op("Conv", f.x(1, 5, 6, 7), f.weights(10, 1, 3, 3)).with("group", 5));
    f.check(
        f.op("Conv", f.x(1, 19, 9, 8), f.weights(19, 1, 5, 3))
            .with("group", 19)
            .withAll("strides", 2, 1)
            .withAll("dilations", 1, 2)
            .withAll("pads", 0, 2, 3, 1));
    for (String pad : new String[] {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
      f.check(
          f.op("Conv", f.x(1, 3, 7, 8), f.weights(5, 3, 3, 4))
              .with("auto_pad", pad)
              .withAll("strides", 2, 2));
      f.check(
          f.op("Conv", f.x(1, 4, 6, 5), f.weights(4, 1, 2, 3))
              .with("auto_pad", pad)
              .with("group", 4));
    }
    f.check(f.op("Conv", f.x(2, 5, 19), f.weights(7, 5, 3), f.weights(7)));
    f.check(
        f.op("Conv", f.x(1, 6, 21), f.weights(6, 1, 5))
            .with("group", 6)
            .withAll("pads", 4, 0)
            .withAll("strides", 2));
    f.check(
        f.op("Conv", f.x(1, 3, 21), f.weights(4, 3, 3))
            .withAll("dilations", 4)
            .withAll("pads", 4, 3));
    // A window that meets padding alone at a corner, and an image of one pixel.
    f.check(f.op("Conv", f.x(1, 2, 3, 3), f.weights(3, 2, 2, 2)).withAll("pads", 2, 2, 2, 2));
    f.check(f.op("Conv", f.x(3, 17, 1, 1), f.weights(5, 17, 1, 1)));
    // Point-wise with a stride, over more rows than one block has.
    f.check(f.op("Conv", f.x(2, 40, 21, 19), f.weights(65, 40, 1, 1)).withAll("strides", 2, 2));
    f.check(f.op("Conv", f.x(2, 40, 21, 19), f.weights(65, 40, 1, 1)));
    return f;
  }

  /** Weights that come with the request. */
  private static OperatorFamily computedWeights() {
    OperatorFamily f = new OperatorFamily("conv-computed", 13);
    for (int outputs : new int[] {1, 5, 31, 32, 33, 64, 70}) {
      f.check(f.op("Conv", f.x(2, 3, 6, 7), f.x(outputs, 3, 3, 2), f.x(outputs)));
      f.check(f.op("Conv", f.x(1, 17, 5, 4), f.x(outputs, 17, 1, 1)));
    }
    f.check(f.op("Conv", f.x(1, 6, 9, 8), f.x(6, 1, 3, 3)).with("group", 6));
    f.check(f.op("Conv", f.x(1, 6, 9, 8), f.x(80, 3, 3, 3)).with("group", 2));
    f.check(f.op("Conv", f.x(1, 4, 19), f.x(6, 2, 5)).with("group", 2).withAll("pads", 2, 1));
    f.check(f.op("ConvTranspose", f.x(1, 3, 4, 5), f.x(3, 2, 3, 3), f.x(2)));
    f.check(
        f.op("ConvTranspose", f.x(1, 3, 4, 5), f.x(3, 35, 3, 2))
            .withAll("strides", 2, 3)
            .withAll("dilations", 1, 2)
            .withAll("pads", 1, 0, 2, 4)
            .withAll("output_padding", 1, 2));
    return f;
  }

  private static OperatorFamily volumes() {
    OperatorFamily f = new OperatorFamily("conv-3d", 13);
    f.check(f.op("Conv", f.x(2, 3, 5, 6, 7), f.weights(4, 3, 3, 2, 3), f.weights(4)));
    f.check(
        f.op("Conv", f.x(1, 4, 9, 8, 7), f.weights(6, 2, 3, 3, 2))
            .with("group", 2)
            .withAll("pads", 1, 2, 0, 3, 1, 1)
            .withAll("strides", 2, 1, 3)
            .withAll("dilations", 3, 2, 1));
    f.check(
        f.op("Conv", f.x(1, 5, 4, 4, 4), f.weights(5, 1, 2, 2, 2))
            .with("group", 5)
            .with("auto_pad", "SAME_LOWER"));
    f.check(f.op("Conv", f.x(1, 3, 4, 4, 4), f.x(2, 3, 1, 1, 1)));
    f.check(
        f.op("Conv", f.x(1, 1, 2, 3, 3), f.weights(2, 1, 3, 1, 1))
            .withAll("pads", 4, 0, 0, 4, 0, 0));
    f.check(
        f.op("ConvTranspose", f.x(1, 4, 3, 4, 2), f.weights(4, 3, 2, 3, 3), f.weights(3))
            .withAll("strides", 2, 1, 3)
            .withAll("pads", 1, 2, 0, 0, 1, 3));
    for (String type : new String[] {"MaxPool", "AveragePool"}) {
      f.check(f.op(type, f.x(2, 3, 6, 7, 8)).withAll("kernel_shape", 2, 3, 2));
      f.check(
          f.op(type, f.x(1, 17, 7, 6, 9))
              .withAll("kernel_shape", 3, 2, 3)
              .withAll("strides", 2, 2, 1)
              .withAll("pads", 1, 0, 1, 1, 1, 0));
    }
    f.check(
        f.op("AveragePool", f.x(1, 3, 7, 6, 9))
            .withAll("kernel_shape", 3, 2, 3)
            .withAll("pads", 1, 0, 1, 1, 1, 0)
            .with("count_include_pad", 1));
    return f;
  }

  private static OperatorFamily transposedInGroups() {
    OperatorFamily f = new OperatorFamily("conv-transpose-more", 13);
    f.check(
        f.op("ConvTranspose", f.x(2, 6, 4, 5), f.weights(6, 2, 3, 3), f.weights(6))
            .with("group", 3)
            .withAll("strides", 2, 2)
            .withAll("pads", 1, 0, 0, 1));
    f.check(
        f.op("ConvTranspose", f.x(1, 5, 4, 5), f.weights(5, 1, 4, 4))
            .with("group", 5)
            .withAll("strides", 2, 2)
            .withAll("pads", 1, 1, 1, 1));
    f.check(f.op("ConvTranspose", f.x(1, 4, 9), f.weights(4, 3, 5)).with("group", 2));
    for (String pad : new String[] {"SAME_UPPER", "SAME_LOWER"}) {
      f.check(
          f.op("ConvTranspose", f.x(1, 3, 4, 5), f.weights(3, 2, 4, 3))
              .withAll("strides", 2, 1)
              .with("auto_pad", pad));
      f.check(
          f.op("ConvTranspose", f.x(1, 3, 4, 5), f.weights(3, 2, 4, 4))
              .withAll("strides", 2, 2)
              .withAll("output_shape", 9, 10)
              .with("auto_pad", pad));
    }
    f.check(
        f.op("ConvTranspose", f.x(1, 3, 4, 5), f.weights(3, 2, 4, 4))
            .withAll("strides", 2, 2)
            .withAll("output_shape", 9, 11));
    return f;
  }

  private static OperatorFamily poolIndices() {
    OperatorFamily f = new OperatorFamily("pool-indices", 12);
    long[][] shapes = {{2, 3, 11}, {2, 5, 7, 8}, {2, 17, 6, 5}, {1, 3, 5, 6, 7}};
    for (long[] shape : shapes) {
      int axes = shape.length - 2;
      long[] kernel = {3, 2, 2};
      for (int order = 0; order < 2; order++) {
        ModelBuilder.Node node =
            f.op("MaxPool", f.x(shape))
                .withAll("kernel_shape", Arrays.copyOf(kernel, axes))
                .withAll("pads", Arrays.copyOf(new long[] {1, 0, 1, 0, 1, 0}, 2 * axes))
                .withAll("strides", Arrays.copyOf(new long[] {2, 1, 2}, axes))
                .with("storage_order", order);
        String label = node.toString();
        List<String> outputs = node.values(2);
        f.check(outputs.get(0), DataType.FLOAT32, label);
        f.check(outputs.get(1), DataType.INT64, label);
      }
    }
    byte[] bytes = {1, -2, 3, 100, -100, 6, -7, 8, 9};
    for (DataType type : new DataType[] {DataType.INT8, DataType.UINT8}) {
      f.check(
          f.op("MaxPool", f.data(Tensor.wrap(type, bytes, 1, 1, 3, 3)))
              .withAll("kernel_shape", 2, 2),
          type);
    }
    return f;
  }

  private static OperatorFamily norms() {
    OperatorFamily f = new OperatorFamily("pool-norms", 13);
    for (int p = 1; p < 4; p++) {
      f.check(f.op("LpPool", f.x(2, 5, 7, 8)).withAll("kernel_shape", 3, 2).with("p", p));
      f.check(
          f.op("LpPool", f.x(1, 3, 9))
              .withAll("kernel_shape", 3)
              .withAll("strides", 2)
              .withAll("pads", 1, 1)
              .with("p", p));
      f.check(f.op("GlobalLpPool", f.x(2, 5, 4, 7)).with("p", p));
    }
    for (int size = 1; size < 5; size += 2) {
      f.check(f.op("LRN", f.x(2, 7, 3, 6)).with("size", size));
      f.check(
          f.op("LRN", f.x(1, 4, 18, 1))
              .with("size", size)
              .with("alpha", 0.1f)
              .with("beta", 0.6f)
              .with("bias", 2f));
    }
    return f;
  }

  private static OperatorFamily unpools() {
    OperatorFamily f = new OperatorFamily("max-unpool", 11);
    String x = f.x(1, 2, 6, 6);
    List<String> pooled =
        f.op("MaxPool", x).withAll("kernel_shape", 2, 2).withAll("strides", 2, 2).values(2);
    f.check(
        f.op("MaxUnpool", pooled.get(0), pooled.get(1))
            .withAll("kernel_shape", 2, 2)
            .withAll("strides", 2, 2));
    f.check(
        f.op("MaxUnpool", pooled.get(0), pooled.get(1), f.constant(1, 2, 7, 8))
            .withAll("kernel_shape", 2, 2)
            .withAll("strides", 2, 2));
    return f;
  }

  private static OperatorFamily transposed() {
    OperatorFamily f = new OperatorFamily("conv-transpose", 13);
    f.check(f.op("ConvTranspose", f.x(1, 3, 4, 5), f.weights(3, 2, 3, 3)));
    f.check(
        f.op("ConvTranspose", f.x(2, 5, 4, 5), f.weights(5, 33, 2, 2), f.weights(33))
            .withAll("strides", 2, 2));
    f.check(
        f.op("ConvTranspose", f.x(1, 3, 4, 5), f.weights(3, 4, 4, 3))
            .withAll("strides", 2, 3)
            .withAll("pads", 1, 0, 2, 1));
    f.check(
        f.op("ConvTranspose", f.x(1, 3, 4, 5), f.weights(3, 4, 3, 3), f.weights(4))
            .withAll("strides", 2, 2)
            .withAll("pads", 1, 1, 1, 1)
            .withAll("output_padding", 1, 1));
    // A stride that is wider than the window leaves pixels that only the bias reaches.
    f.check(
        f.op("ConvTranspose", f.x(1, 2, 3, 3), f.weights(2, 3, 2, 1), f.weights(3))
            .withAll("strides", 3, 4));
    f.check(
        f.op("ConvTranspose", f.x(1, 2, 3, 4), f.weights(2, 3, 3, 2)).withAll("dilations", 2, 3));
    f.check(
        f.op("ConvTranspose", f.x(1, 2, 3, 4), f.weights(2, 3, 3, 2))
            .withAll("dilations", 2, 1)
            .withAll("strides", 2, 2));
    f.check(
        f.op("ConvTranspose", f.x(1, 3, 7), f.weights(3, 5, 4))
            .withAll("strides", 2)
            .withAll("pads", 1, 1));
    return f;
  }

  private static OperatorFamily pools() {
    OperatorFamily f = new OperatorFamily("pool", 19);
    for (String type : new String[] {"MaxPool", "AveragePool"}) {
      for (int channels : new int[] {1, 5, 17}) {
        f.check(f.op(type, f.x(2, channels, 7, 8)).withAll("kernel_shape", 3, 2));
        f.check(
            f.op(type, f.x(1, channels, 7, 8))
                .withAll("kernel_shape", 3, 3)
                .withAll("strides", 2, 2)
                .withAll("pads", 1, 1, 1, 1));
      }
      for (int include = 0; include < 2; include++) {
        for (int ceil = 0; ceil < 2; ceil++) {
          counted(f, type, include, f.op(type, f.x(1, 3, 7, 10)), ceil, 0, 0, 0, 0);
          counted(f, type, include, f.op(type, f.x(1, 3, 8, 10)), ceil, 1, 1, 1, 1);
          counted(f, type, include, f.op(type, f.x(1, 3, 8, 10)), ceil, 0, 1, 2, 0);
          counted(f, type, include, f.op(type, f.x(1, 3, 8, 11)), ceil, 2, 0, 0, 1);
        }
      }
      f.check(f.op(type, f.x(1, 3, 9, 9)).withAll("kernel_shape", 3, 3).withAll("dilations", 2, 3));
      for (String pad : new String[] {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
        f.check(
            f.op(type, f.x(1, 3, 7, 8))
                .withAll("kernel_shape", 2, 3)
                .withAll("strides", 2, 2)
                .with("auto_pad", pad));
      }
      f.check(f.op(type, f.x(2, 3, 19)).withAll("kernel_shape", 4).withAll("strides", 3));
    }
    for (String type : new String[] {"GlobalAveragePool", "GlobalMaxPool"}) {
      f.check(f.op(type, f.x(2, 5, 4, 7)));
      f.check(f.op(type, f.x(2, 33, 1, 3)));
      f.check(f.op(type, f.x(2, 5, 19)));
    }
    return f;
  }

  private static void counted(
      OperatorFamily f, String type, int include, ModelBuilder.Node pool, int ceil, long... pads) {
    pool.withAll("kernel_shape", 3, 3).withAll("strides", 2, 2).withAll("pads", pads);
    pool.with("ceil_mode", ceil);
    if (type.equals("AveragePool")) {
      pool.with("count_include_pad", include);
    }
    f.check(pool);
  }
}
