package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.FLOAT32;

import java.util.stream.Stream;

/** Matrix products. */
final class MatrixCases {

  private MatrixCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(products(), views(), gemm(), afterwards(), fused());
  }

  private static OperatorFamily products() {
    OperatorFamily f = new OperatorFamily("matmul", 13);
    int[][] sizes = {
      {1, 1, 1},
      {3, 5, 7},
      {33, 65, 17},
      {8, 16, 32},
      {1, 64, 33},
      {9, 1, 31},
      {64, 3, 1},
      {65, 17, 97},
      {1, 300, 2},
      {1030, 21, 70}
    };
    for (int[] size : sizes) {
      int m = size[0];
      int k = size[1];
      int n = size[2];
      f.check(f.op("MatMul", f.x(m, k), f.x(k, n)));
      f.check(f.op("MatMul", f.x(m, k), f.weights(k, n)));
      f.check(f.op("MatMul", f.weights(m, k), f.x(k, n)));
    }
    f.check(f.op("MatMul", f.x(5), f.x(5)));
    f.check(f.op("MatMul", f.x(5), f.x(5, 7)));
    f.check(f.op("MatMul", f.x(3, 5), f.x(5)));
    f.check(f.op("MatMul", f.x(5), f.x(2, 5, 7)));
    f.check(f.op("MatMul", f.x(2, 3, 5), f.x(5)));
    f.check(f.op("MatMul", f.x(5), f.weights(5, 7)));
    f.check(f.op("MatMul", f.x(2, 3, 5), f.weights(5)));
    long[][][] batches = {
      {{2, 3, 5}, {2, 5, 7}},
      {{2, 3, 5}, {1, 5, 7}},
      {{1, 3, 5}, {4, 5, 7}},
      {{3, 5}, {4, 5, 7}},
      {{2, 3, 4, 5}, {3, 5, 7}},
      {{2, 1, 4, 5}, {3, 5, 1}},
      {{2, 1, 1, 5}, {1, 3, 5, 7}},
      {{2, 3, 2, 4, 5}, {2, 1, 2, 5, 7}},
    };
    for (long[][] pair : batches) {
      f.check(f.op("MatMul", f.x(pair[0]), f.x(pair[1])));
      f.check(f.op("MatMul", f.x(pair[0]), f.weights(pair[1])));
      f.check(f.op("MatMul", f.weights(pair[0]), f.x(pair[1])));
    }
    return f;
  }

  /** Operands that are read where other operators left them. */
  private static OperatorFamily views() {
    OperatorFamily f = new OperatorFamily("matmul-views", 13);
    f.check(f.op("MatMul", transposed(f, f.x(5, 3)), f.x(5, 7)));
    f.check(f.op("MatMul", f.x(3, 5), transposed(f, f.x(7, 5))));
    f.check(f.op("MatMul", transposed(f, f.x(35, 33)), transposed(f, f.x(40, 35))));
    f.check(f.op("MatMul", f.x(3, 5), transposed(f, f.weights(7, 5))));
    f.check(f.op("MatMul", f.x(9, 5), transposed(f, f.x(1, 5))));
    String heads = f.op("Transpose", f.x(2, 6, 3, 8)).withAll("perm", 0, 2, 1, 3).value();
    String keys = f.op("Transpose", f.x(2, 5, 3, 8)).withAll("perm", 0, 2, 3, 1).value();
    f.check(f.op("MatMul", heads, keys));
    String sliced = f.op("Slice", f.x(6, 20), f.constant(1, 3), f.constant(5, 20)).value();
    f.check(f.op("MatMul", sliced, f.weights(17, 9)));
    f.check(f.op("MatMul", sliced, f.x(17, 9)));
    String backwards =
        f.op(
                "Slice",
                f.x(6, 17),
                f.constant(-1),
                f.constant(Long.MIN_VALUE),
                f.constant(0),
                f.constant(-1))
            .value();
    f.check(f.op("MatMul", backwards, f.weights(17, 9)));
    f.check(f.op("MatMul", f.x(4, 6), backwards));
    String repeated = f.op("Expand", f.x(1, 5, 7), f.constant(3, 5, 7)).value();
    f.check(f.op("MatMul", f.x(3, 4, 5), repeated));
    f.check(f.op("MatMul", f.op("Expand", f.x(1, 5), f.constant(4, 5)).value(), f.weights(5, 9)));
    return f;
  }

  private static String transposed(OperatorFamily f, String matrix) {
    return f.op("Transpose", matrix).withAll("perm", 1, 0).value();
  }

  private static OperatorFamily gemm() {
    OperatorFamily f = new OperatorFamily("gemm", 13);
    for (int flags = 0; flags < 4; flags++) {
      int transA = flags & 1;
      int transB = flags >> 1;
      long[] a = transA == 1 ? new long[] {19, 5} : new long[] {5, 19};
      long[] b = transB == 1 ? new long[] {35, 19} : new long[] {19, 35};
      f.check(f.op("Gemm", f.x(a), f.x(b)).with("transA", transA).with("transB", transB));
      f.check(
          f.op("Gemm", f.x(a), f.weights(b), f.weights(35))
              .with("transA", transA)
              .with("transB", transB)
              .with("alpha", 0.5f)
              .with("beta", 0.25f));
      f.check(
          f.op("Gemm", f.x(a), f.weights(b), f.x(5, 35))
              .with("transA", transA)
              .with("transB", transB)
              .with("beta", 2f));
    }
    f.check(f.op("Gemm", f.x(5, 7), f.weights(7, 3), f.weights(5, 1)));
    f.check(f.op("Gemm", f.x(5, 7), f.weights(7, 3), f.weights(1)));
    f.check(f.op("Gemm", f.x(1, 7), f.weights(7, 1), f.weights(1)));
    return f;
  }

  /** What follows a product and may be computed with it. */
  private static OperatorFamily afterwards() {
    OperatorFamily f = new OperatorFamily("matmul-epilogues", 13);
    String product = f.op("MatMul", f.x(2, 3, 5), f.weights(5, 17)).value();
    String biased = f.op("Add", product, f.weights(17)).value();
    String cube = f.op("Mul", biased, f.op("Mul", biased, biased).value()).value();
    f.check(f.op("Tanh", f.op("Add", cube, f.x(2, 3, 17)).value()));
    f.check(f.op("Add", f.op("MatMul", f.x(4, 5), f.x(5, 9)).value(), f.x(4, 1)));
    f.check(f.op("Add", f.op("MatMul", f.x(4, 5), f.x(5, 9)).value(), f.x(2, 4, 9)));
    f.check(f.op("Mul", f.op("MatMul", f.x(5, 4), f.x(4, 1)).value(), f.x(1)));
    String scores = f.op("MatMul", f.x(2, 3, 4, 8), f.x(2, 3, 8, 5)).value();
    String masked =
        f.op("Where", f.data(f.random().booleans(2, 1, 1, 5)), scores, f.weights(1)).value();
    f.check(f.op("Softmax", masked).with("axis", -1));
    String wide = f.op("MatMul", f.x(2, 3, 2, 4, 5), f.x(2, 3, 2, 5, 7)).value();
    f.check(f.op("Relu", wide));
    String positive =
        f.op("Greater", f.op("MatMul", f.x(4, 5), f.weights(5, 9)).value(), f.x(9)).value();
    f.check(f.op("Cast", positive).with("to", FLOAT32.onnx()));
    return f;
  }

  private static OperatorFamily fused() {
    OperatorFamily f = new OperatorFamily("fused-matmul", 17);
    String type = "com.microsoft.FusedMatMul";
    f.check(f.op(type, f.x(2, 3, 5), f.x(2, 5, 7)).with("alpha", 0.5f));
    f.check(f.op(type, f.x(2, 5, 3), f.x(2, 5, 7)).with("transA", 1));
    f.check(f.op(type, f.x(2, 4, 3, 5), f.x(2, 4, 7, 5)).with("transB", 1).with("alpha", 2f));
    f.check(f.op(type, f.x(5, 3), f.weights(7, 5)).with("transA", 1).with("transB", 1));
    return f;
  }
}
