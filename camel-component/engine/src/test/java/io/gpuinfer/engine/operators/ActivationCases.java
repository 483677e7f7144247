package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.BOOL;
import static io.gpuinfer.engine.DataType.INT32;
import static io.gpuinfer.engine.DataType.INT64;
import static io.gpuinfer.engine.DataType.INT8;
import static io.gpuinfer.engine.DataType.UINT8;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Activations, functions of angles, and what numbers and bits are. */
final class ActivationCases {

  private ActivationCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(activations(), angles(), numbers(), powers(), dropout());
  }

  private static OperatorFamily activations() {
    OperatorFamily f = new OperatorFamily("activations", 20);
    for (String type :
        List.of(
            "Selu",
            "Celu",
            "Shrink",
            "ThresholdedRelu",
            "Mish",
            "Gelu",
            "com.microsoft.Gelu",
            "com.microsoft.QuickGelu",
            "com.microsoft.FastGelu")) {
      f.check(f.op(type, f.data(f.random().uniform(-4, 4, 3, 5, 7))));
      f.check(f.op(type, f.constant(f.random().uniform(-4, 4, 3, 5))));
      f.check(f.op(type, f.data(Tensor.of(new float[] {-200, -30, -1e-6f, 0, 30, 200}, 6))));
    }
    f.check(f.op("Selu", f.x(3, 17)).with("alpha", 2f).with("gamma", 3f));
    f.check(f.op("Celu", f.x(3, 17)).with("alpha", 2f));
    f.check(f.op("Shrink", f.x(3, 17)).with("lambd", 0.3f).with("bias", 0.2f));
    f.check(f.op("ThresholdedRelu", f.x(3, 17)).with("alpha", 0.3f));
    f.check(f.op("Gelu", f.x(3, 17)).with("approximate", "tanh"));
    f.check(f.op("com.microsoft.QuickGelu", f.x(3, 17)).with("alpha", 1f));
    f.check(f.op("com.microsoft.FastGelu", f.x(3, 17), f.weights(17)));
    f.check(f.op("com.microsoft.BiasGelu", f.x(3, 17), f.weights(17)));
    return f;
  }

  private static OperatorFamily angles() {
    OperatorFamily f = new OperatorFamily("angles", 17);
    for (Function<Tensor, String> operand :
        List.<Function<Tensor, String>>of(f::data, f::constant)) {
      for (String type : List.of("Asin", "Acos", "Atanh")) {
        f.check(f.op(type, operand.apply(f.random().uniform(-0.95f, 0.95f, 3, 17))));
      }
      for (String type : List.of("Atan", "Asinh", "Sinh", "Cosh")) {
        f.check(f.op(type, operand.apply(f.random().uniform(-5, 5, 3, 17))));
      }
      f.check(f.op("Tan", operand.apply(f.random().uniform(-1.3f, 1.3f, 3, 17))));
      f.check(f.op("Acosh", operand.apply(f.random().uniform(1.1f, 9, 3, 17))));
    }
    return f;
  }

  private static OperatorFamily numbers() {
    OperatorFamily f = new OperatorFamily("numbers", 18);
    Tensor odd =
        Tensor.of(
            new float[] {
              Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0, -1, 1, Float.MAX_VALUE
            },
            7);
    f.check(f.op("IsNaN", f.data(odd)), BOOL);
    f.check(f.op("IsInf", f.data(odd)), BOOL);
    f.check(f.op("IsInf", f.data(odd)).with("detect_positive", 0), BOOL);
    f.check(f.op("IsInf", f.data(odd)).with("detect_negative", 0), BOOL);
    f.check(f.op("IsNaN", f.constant(odd)), BOOL);
    f.check(f.op("IsInf", f.constant(odd)), BOOL);
    f.check(f.op("Sign", f.x(3, 17)));
    f.check(f.op("Sign", f.data(f.random().ints(-3, 3, 19))), INT32);
    f.check(f.op("Sign", f.constant(f.random().integers(-3, 3, 19))), INT64);
    String dividend = f.data(f.random().ints(-50, 50, 37));
    String divisor = f.data(Tensor.of(nonZero(37), 37));
    f.check(f.op("Mod", dividend, divisor), INT32);
    f.check(f.op("Mod", dividend, divisor).with("fmod", 1), INT32);
    f.check(
        f.op(
            "Mod",
            f.constant(f.random().ints(-50, 50, 37)),
            f.constant(Tensor.of(nonZero(37), 37))),
        INT32);
    f.check(
        f.op("Mod", f.data(f.random().uniform(-9, 9, 19)), f.data(f.random().uniform(1, 2, 19)))
            .with("fmod", 1));
    for (String type : List.of("BitwiseAnd", "BitwiseOr", "BitwiseXor")) {
      f.check(
          f.op(type, f.data(f.random().ints(-99, 99, 3, 17)), f.data(f.random().ints(-99, 99, 17))),
          INT32);
      f.check(f.op(type, bytes(f, UINT8), bytes(f, UINT8)), UINT8);
    }
    f.check(f.op("BitwiseNot", f.data(f.random().integers(-99, 99, 19))), INT64);
    f.check(f.op("BitwiseNot", bytes(f, UINT8)), UINT8);
    f.check(f.op("BitwiseNot", bytes(f, INT8)), INT8);
    Tensor shifts = Tensor.wrap(UINT8, new byte[] {0, 1, 2, 3, 7, 1, 4, 2, 6}, 9);
    for (String direction : List.of("LEFT", "RIGHT")) {
      f.check(
          f.op("BitShift", bytes(f, UINT8), f.data(shifts)).with("direction", direction), UINT8);
      f.check(
          f.op("BitShift", bytes(f, UINT8), f.constant(shifts)).with("direction", direction),
          UINT8);
    }
    return f;
  }

  private static int[] nonZero(int count) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = i % 2 == 0 ? 3 + i % 5 : -3 - i % 7;
    }
    return values;
  }

  private static String bytes(OperatorFamily f, DataType type) {
    byte[] values = {0, 1, 2, 99, 127, -128, -1, -2, 85};
    return f.data(Tensor.wrap(type, values, 9));
  }

  private static OperatorFamily powers() {
    OperatorFamily f = new OperatorFamily("powers", 15);
    String reals = f.data(f.random().uniform(0.2f, 3, 3, 7));
    String integers = f.data(f.random().ints(-5, 6, 3, 7));
    String longs = f.data(f.random().integers(1, 6, 3, 7));
    f.check(f.op("Pow", reals, f.data(f.random().ints(-3, 5, 3, 7))));
    f.check(f.op("Pow", integers, f.data(f.random().ints(0, 9, 7))), INT32);
    f.check(f.op("Pow", longs, f.data(f.random().integers(0, 9, 7))), INT64);
    f.check(f.op("Pow", longs, f.constant(3)), INT64);
    f.check(f.op("Pow", longs, f.data(f.random().uniform(0.1f, 2, 7))), INT64);
    f.check(f.op("Pow", longs, f.constant(Tensor.of(new float[] {3}))), INT64);
    return f;
  }

  private static OperatorFamily dropout() {
    OperatorFamily f = new OperatorFamily("dropout", 13);
    List<String> plain = f.op("Dropout", f.x(3, 5)).values(2);
    f.check(plain.get(0), DataType.FLOAT32, "Dropout");
    f.check(plain.get(1), BOOL, "Dropout's mask");
    String none = f.constant(Tensor.of(new float[] {0}));
    String training = f.data(Tensor.wrap(BOOL, new byte[] {1}));
    f.check(f.op("Dropout", f.x(3, 5), none, training));
    return f;
  }
}
