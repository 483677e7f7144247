package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.BFLOAT16;
import static io.gpuinfer.engine.DataType.FLOAT16;
import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.INT32;
import static io.gpuinfer.engine.DataType.INT8;
import static io.gpuinfer.engine.DataType.UINT8;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Operators on elements of one and two bytes. */
final class NarrowTypeCases {

  private NarrowTypeCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(casts(), halves(), bytes(), folded());
  }

  private static OperatorFamily casts() {
    OperatorFamily f = new OperatorFamily("narrow-casts", 19);
    Tensor reals = f.random().normal(3, 17);
    for (DataType half : List.of(FLOAT16, BFLOAT16)) {
      String rounded = f.op("Cast", f.data(reals)).with("to", half.onnx()).value();
      f.check(rounded, half, "Cast to " + half);
      f.check(f.op("Cast", rounded).with("to", FLOAT32.onnx()));
      String doubled = f.op("Add", f.data(reals), f.data(reals)).value();
      String fused = f.op("Cast", doubled).with("to", half.onnx()).value();
      f.check(f.op("Cast", fused).with("to", FLOAT32.onnx()));
      Tensor given = Tensor.rounded(half, reals.toFloatArray(), 3, 17);
      f.check(f.op("Cast", f.data(given)).with("to", FLOAT32.onnx()));
      f.check(f.op("CastLike", f.data(reals), f.data(given)), half);
      String numbers = f.data(f.random().ints(-5000, 5000, 19));
      f.check(f.op("Cast", numbers).with("to", half.onnx()), half);
    }
    for (DataType to : List.of(UINT8, INT8)) {
      int low = to == UINT8 ? 0 : -128;
      Tensor inside = f.random().uniform(low, low + 255, 3, 17);
      String cast = f.op("Cast", f.data(inside)).with("to", to.onnx()).value();
      f.check(cast, to, "Cast to " + to);
      f.check(f.op("Cast", cast).with("to", FLOAT32.onnx()));
      f.check(f.op("Cast", f.data(f.random().ints(-999, 999, 37))).with("to", to.onnx()), to);
      f.check(f.op("Cast", f.data(f.random().booleans(37))).with("to", to.onnx()), to);
      Tensor other = f.random().bytes(to == UINT8 ? INT8 : UINT8, 0, 256, 37);
      f.check(f.op("Cast", f.data(other)).with("to", to.onnx()), to);
    }
    return f;
  }

  private static OperatorFamily halves() {
    OperatorFamily f = new OperatorFamily("narrow-halves", 17);
    for (String type : List.of("Add", "Sub", "Mul", "Div", "Min", "Max")) {
      f.check(f.op(type, half(f, 3, 17), half(f, 17)), FLOAT16);
    }
    f.check(f.op("Div", half(f, 3, 17), halfWeights(f, 17)), FLOAT16);
    for (String type : List.of("Relu", "Sigmoid", "Tanh", "Abs", "Neg")) {
      f.check(f.op(type, half(f, 3, 17)), FLOAT16);
    }
    f.check(f.op("Softmax", half(f, 3, 17)), FLOAT16);
    f.check(f.op("MatMul", half(f, 3, 17), halfWeights(f, 17, 5)), FLOAT16);
    f.check(f.op("Conv", half(f, 1, 3, 9, 9), halfWeights(f, 4, 3, 3, 3)), FLOAT16);
    f.check(
        f.op(
            "Clip",
            half(f, 3, 17),
            f.constant(Tensor.rounded(FLOAT16, new float[] {-0.5f})),
            f.constant(Tensor.rounded(FLOAT16, new float[] {0.25f}))),
        FLOAT16);
    f.check(f.op("ReduceMean", half(f, 3, 17)).withAll("axes", 1), FLOAT16);
    f.check(f.op("Transpose", half(f, 3, 17)).withAll("perm", 1, 0), FLOAT16);
    f.check(f.op("Concat", half(f, 3, 5), half(f, 3, 2)).with("axis", 1), FLOAT16);
    f.check(
        f.op("ConstantOfShape", f.constant(3, 2))
            .with("value", Tensor.rounded(FLOAT16, new float[] {1.5f}, 1)),
        FLOAT16);
    String product = f.op("MatMul", half(f, 3, 17), halfWeights(f, 17, 5)).value();
    f.check(f.op("Add", product, halfWeights(f, 5)), FLOAT16);
    return f;
  }

  private static OperatorFamily bytes() {
    OperatorFamily f = new OperatorFamily("narrow-bytes", 17);
    for (DataType type : List.of(UINT8, INT8)) {
      f.check(
          f.op(
              "Clip",
              any(f, type, 37),
              f.constant(Tensor.wrap(type, new byte[] {5})),
              f.constant(Tensor.wrap(type, new byte[] {90}))),
          type);
    }
    String condition = f.data(f.random().booleans(17));
    f.check(f.op("Where", condition, any(f, UINT8, 3, 17), any(f, UINT8, 17)), UINT8);
    f.check(f.op("Abs", f.data(f.random().bytes(INT8, -127, 128, 37))), INT8);
    f.check(f.op("Neg", f.data(f.random().bytes(INT8, -127, 128, 37))), INT8);
    return f;
  }

  /** The same of constants alone, which the host computes at load. */
  private static OperatorFamily folded() {
    OperatorFamily f = new OperatorFamily("narrow-folded", 19);
    String reals = f.weights(3, 17);
    for (DataType half : List.of(FLOAT16, BFLOAT16)) {
      String rounded = f.op("Cast", reals).with("to", half.onnx()).value();
      f.check(rounded, half, "Cast to " + half);
      f.check(f.op("Cast", rounded).with("to", FLOAT32.onnx()));
    }
    for (DataType to : List.of(UINT8, INT8)) {
      String numbers = f.constant(f.random().ints(-999, 999, 37));
      String cut = f.op("Cast", numbers).with("to", to.onnx()).value();
      f.check(f.op("Cast", cut).with("to", INT32.onnx()), INT32);
    }
    f.check(f.op("Add", halfWeights(f, 3, 5), halfWeights(f, 5)), FLOAT16);
    return f;
  }

  private static String half(OperatorFamily f, long... shape) {
    return f.data(Tensor.rounded(FLOAT16, f.random().normal(shape).toFloatArray(), shape));
  }

  private static String halfWeights(OperatorFamily f, long... shape) {
    return f.constant(Tensor.rounded(FLOAT16, f.random().normal(shape).toFloatArray(), shape));
  }

  private static String any(OperatorFamily f, DataType type, long... shape) {
    return f.data(f.random().bytes(type, 0, 256, shape));
  }
}
