package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.INT64;

import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Diagonals, triangles, one of many; windows and transforms of signals. */
final class PatternCases {

  private PatternCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(patterns(), signals(17), signals(20), losses(), einsum());
  }

  private static OperatorFamily patterns() {
    OperatorFamily f = new OperatorFamily("patterns", 17);
    f.check(f.op("EyeLike", f.x(3, 5)));
    f.check(f.op("EyeLike", f.x(5, 3)).with("k", -1));
    f.check(f.op("EyeLike", f.x(4, 4)).with("k", 2).with("dtype", INT64.onnx()), INT64);
    for (int upper = 0; upper < 2; upper++) {
      f.check(f.op("Trilu", f.x(2, 4, 5)).with("upper", upper));
      f.check(f.op("Trilu", f.x(4, 5), scalar(f, -1)).with("upper", upper));
      f.check(f.op("Trilu", f.x(90, 90), f.data(Tensor.of(new long[] {2}))).with("upper", upper));
      f.check(f.op("Trilu", f.data(f.random().integers(1, 9, 4, 5))).with("upper", upper), INT64);
    }
    for (int axis = -1; axis < 2; axis++) {
      String indices = f.data(f.random().integers(-6, 7, 3, 4));
      String values = f.constant(Tensor.of(new float[] {-1, 2}, 2));
      f.check(f.op("OneHot", indices, scalar(f, 6), values).with("axis", axis));
    }
    f.check(
        f.op(
            "OneHot",
            f.data(f.random().integers(0, 5, 7)),
            f.data(Tensor.of(new long[] {5}, 1)),
            f.data(Tensor.of(new long[] {3, 4}, 2))),
        INT64);
    for (int size = 1; size <= 4; size++) {
      f.check(f.op("Det", f.x(3, 2, size, size)));
    }
    f.check(f.op("Det", f.x(3, 3)));
    return f;
  }

  private static String scalar(OperatorFamily f, long value) {
    return f.constant(Tensor.of(new long[] {value}));
  }

  private static OperatorFamily signals(int opset) {
    OperatorFamily f = new OperatorFamily("signals", opset);
    for (String type : List.of("HannWindow", "HammingWindow", "BlackmanWindow")) {
      f.check(f.op(type, scalar(f, 10)));
      f.check(f.op(type, f.data(Tensor.of(new long[] {7}))).with("periodic", 0));
    }
    f.check(
        f.op(
            "MelWeightMatrix",
            scalar(f, 8),
            scalar(f, 64),
            scalar(f, 8192),
            f.constant(Tensor.of(new float[] {0})),
            f.constant(Tensor.of(new float[] {4096}))));
    for (int parts = 1; parts <= 2; parts++) {
      transform(f, opset, 1, "", f.x(2, 9, parts));
      transform(f, opset, 1, scalar(f, 7), f.x(2, 9, parts));
      transform(f, opset, 2, scalar(f, 16), f.x(2, 3, 9, parts));
      transform(f, opset, 1, "", f.x(2, 6, 4, parts));
    }
    f.check(f.op("STFT", f.x(2, 40, 1), scalar(f, 4), "", scalar(f, 8)).with("onesided", 0));
    f.check(f.op("STFT", f.x(2, 40, 1), scalar(f, 3), f.weights(8)).with("onesided", 0));
    f.check(f.op("STFT", f.x(1, 40, 1), scalar(f, 4), f.x(8), scalar(f, 8)));
    return f;
  }

  private static void transform(OperatorFamily f, int opset, int axis, String length, String data) {
    for (int inverse = 0; inverse < 2; inverse++) {
      f.check(
          (opset < 20
                  ? f.op("DFT", data, length).with("axis", axis)
                  : f.op("DFT", data, length, scalar(f, axis)))
              .with("inverse", inverse));
    }
  }

  private static OperatorFamily losses() {
    OperatorFamily f = new OperatorFamily("losses", 13);
    long[][] shapes = {{3, 5}, {3, 5, 2}, {2, 5, 3, 4}};
    for (String type : List.of("NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss")) {
      for (long[] shape : shapes) {
        long[] points = shape.length == 2 ? new long[] {3} : shape.clone();
        if (shape.length > 2) {
          points = new long[shape.length - 1];
          points[0] = shape[0];
          System.arraycopy(shape, 2, points, 1, shape.length - 2);
        }
        for (String reduction : List.of("none", "sum", "mean")) {
          String target = f.data(f.random().integers(0, 5, points));
          f.check(f.op(type, f.x(shape), target).with("reduction", reduction));
          f.check(
              f.op(type, f.x(shape), target, f.data(f.random().uniform(0.1f, 1, 5)))
                  .with("reduction", reduction)
                  .with("ignore_index", 2));
          f.check(
              f.op(type, f.x(shape), target).with("reduction", reduction).with("ignore_index", 1));
        }
      }
    }
    String target = f.data(f.random().integers(0, 5, 3));
    f.checkAll(f.op("SoftmaxCrossEntropyLoss", f.x(3, 5), target), 2, FLOAT32);
    return f;
  }

  private static OperatorFamily einsum() {
    OperatorFamily f = new OperatorFamily("einsum", 13);
    einsum(f, "ij,jk->ik", f.x(3, 5), f.x(5, 7));
    einsum(f, "ij,jk", f.x(3, 5), f.x(5, 7));
    einsum(f, "bij,bkj->bik", f.x(2, 3, 5), f.x(2, 7, 5));
    einsum(f, "bhid,bhjd->bhij", f.x(2, 3, 4, 5), f.x(2, 3, 6, 5));
    einsum(f, "bnts,bshd->bthdn", f.x(2, 3, 4, 5), f.x(2, 5, 6, 7));
    einsum(f, "i,j->ij", f.x(3), f.x(4));
    einsum(f, "i,i->", f.x(19), f.x(19));
    einsum(f, "ij->ji", f.x(3, 5));
    einsum(f, "ij->", f.x(3, 5));
    einsum(f, "ij->i", f.x(3, 5));
    einsum(f, "ii->i", f.x(4, 4));
    einsum(f, "bii->b", f.x(3, 4, 4));
    einsum(f, "...ij,...jk->...ik", f.x(2, 3, 4), f.x(2, 4, 5));
    einsum(f, "...ij,jk->...ik", f.x(2, 6, 3, 4), f.x(4, 5));
    einsum(f, "b...,b...->...", f.x(2, 3, 4), f.x(2, 3, 4));
    einsum(f, "ab,bc,cd->ad", f.x(2, 3), f.x(3, 4), f.x(4, 5));
    einsum(f, "abc,cd,b->ad", f.x(2, 3, 4), f.x(4, 5), f.x(3));
    einsum(f, " bij , jk -> bik ", f.x(2, 3, 4), f.weights(4, 5));
    return f;
  }

  private static void einsum(OperatorFamily f, String equation, String... operands) {
    f.check(f.op("Einsum", operands).with("equation", equation));
  }
}
