package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.BOOL;
import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.FLOAT64;
import static io.gpuinfer.engine.DataType.INT32;
import static io.gpuinfer.engine.DataType.INT64;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Operators that compute each element by itself. */
final class ElementwiseCases {

  private static final float HUGE = 1e30f;

  private ElementwiseCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(real(), broadcast(), integers(), conversions(), folded(), oldOpsets());
  }

  private static OperatorFamily real() {
    OperatorFamily f = new OperatorFamily("elementwise-real", 17);
    unary(f, f::data);
    for (String type : List.of("Sigmoid", "Tanh", "Erf", "Softplus", "Elu", "HardSwish", "Relu")) {
      f.check(f.op(type, f.data(extremes())));
    }
    f.check(f.op("Exp", f.data(Tensor.of(new float[] {-200, -103, -88, -87, 0, 88, 88.7f}, 7))));
    f.check(f.op("Clip", f.data(f.random().normal(3, 5, 7)), scalar(f, -0.5f), scalar(f, 0.7f)));
    f.check(f.op("Clip", f.x(33), scalar(f, -0.1f)));
    f.check(f.op("Clip", f.x(33), "", scalar(f, 0.1f)));
    f.check(f.op("Clip", f.x(33), f.data(Tensor.of(new float[] {-0.3f})), scalar(f, 0.3f)));
    f.check(f.op("LeakyRelu", f.x(2, 17)).with("alpha", 0.3f));
    f.check(f.op("Elu", f.x(2, 17)).with("alpha", 1.7f));
    f.check(f.op("HardSigmoid", f.x(2, 17)).with("alpha", 0.5f).with("beta", 0.4f));
    f.check(f.op("PRelu", f.x(2, 3, 4, 5), f.weights(3, 1, 1)));
    f.check(f.op("PRelu", f.x(2, 5), f.x(5)));
    f.check(f.op("Pow", f.x(3, 7), scalar(f, 2)));
    f.check(f.op("Pow", positive(f, 3, 7), scalar(f, 0.5f)));
    f.check(f.op("Pow", f.x(3, 7), scalar(f, 3)));
    f.check(f.op("Pow", positive(f, 3, 7), f.x(7)));
    f.check(f.op("Mean", f.x(3, 5), f.x(5), f.x(3, 1)));
    f.check(f.op("Sum", f.x(3, 5), f.x(5), f.x(3, 1), f.x(1)));
    f.check(f.op("Min", f.x(3, 5), f.x(5), f.x(3, 1)));
    f.check(f.op("Max", f.x(3, 5)));
    f.check(f.op("Max", f.x(3, 5), f.x(5), f.x(3, 1)));
    f.check(f.op("BatchNormalization", normalised(f, 5, 2, 5, 3, 4)).with("epsilon", 1e-3f));
    f.check(f.op("BatchNormalization", normalised(f, 7, 4, 7)));
    f.check(f.op("BatchNormalization", normalised(f, 3, 2, 3, 9)));
    f.check(f.op("Identity", f.x(3, 5)));
    f.check(f.op("Dropout", f.x(3, 5)));
    return f;
  }

  private static void unary(OperatorFamily f, Function<Tensor, String> operand) {
    for (String type :
        List.of(
            "Relu",
            "Neg",
            "Abs",
            "Sigmoid",
            "Exp",
            "Tanh",
            "Erf",
            "Floor",
            "Ceil",
            "Round",
            "Sin",
            "Cos",
            "Softplus",
            "Softsign",
            "HardSwish",
            "HardSigmoid",
            "LeakyRelu",
            "Elu")) {
      f.check(f.op(type, operand.apply(f.random().uniform(-4, 4, 3, 5, 7))));
    }
    for (String type : List.of("Sqrt", "Reciprocal", "Log")) {
      f.check(f.op(type, operand.apply(f.random().uniform(0.01f, 4, 3, 5, 7))));
    }
    // Halves go to the even neighbour, and signs of zeros do not matter.
    float[] halves = {-2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 3.49f, -0.2f};
    f.check(f.op("Round", operand.apply(Tensor.of(halves, 8))));
  }

  private static Tensor extremes() {
    return Tensor.of(new float[] {-HUGE, -100, -20, -1e-7f, 0, 1e-7f, 20, 100, HUGE}, 9);
  }

  private static OperatorFamily broadcast() {
    OperatorFamily f = new OperatorFamily("elementwise-broadcast", 17);
    long[][][] shapes = {
      {{3, 5, 7}, {3, 5, 7}},
      {{3, 5, 7}, {7}},
      {{3, 5, 7}, {5, 1}},
      {{3, 5, 7}, {3, 1, 1}},
      {{3, 1, 7}, {1, 5, 1}},
      {{1}, {2, 33}},
      {{}, {2, 33}},
      {{2, 1, 3, 1, 2, 1}, {1, 2, 1, 3, 1, 2}},
      {{1, 1, 1}, {1, 1}},
      {{2, 2100}, {2, 1}},
    };
    for (long[][] pair : shapes) {
      f.check(f.op("Add", f.x(pair[0]), f.x(pair[1])));
      f.check(f.op("Sub", f.x(pair[1]), f.x(pair[0])));
    }
    f.check(f.op("Mul", f.x(2, 1, 4), f.weights(3, 1)));
    f.check(f.op("Sub", f.weights(2, 1, 4), f.x(3, 1)));
    f.check(f.op("Div", f.x(2, 1, 4), f.data(f.random().uniform(1, 2, 3, 1))));
    f.check(f.op("Div", f.x(2, 19), f.constant(f.random().uniform(1, 2, 19))));
    f.check(f.op("Div", f.weights(2, 19), positive(f, 19)));
    for (String type : List.of("Greater", "Less", "GreaterOrEqual", "LessOrEqual")) {
      f.check(f.op(type, f.x(3, 17), f.x(17)), BOOL);
      f.check(f.op(type, f.x(3, 17), scalar(f, 0)), BOOL);
    }
    String condition = f.data(f.random().booleans(3, 1, 17));
    f.check(f.op("Where", condition, f.x(3, 5, 17), f.x(17)));
    f.check(f.op("Where", condition, scalar(f, -1e4f), f.x(5, 17)));
    String near = f.x(3, 17);
    String mask = f.op("Greater", near, scalar(f, 0)).value();
    f.check(f.op("Where", f.op("Not", mask).value(), near, scalar(f, 9)));
    return f;
  }

  private static OperatorFamily integers() {
    OperatorFamily f = new OperatorFamily("elementwise-integer", 17);
    for (String type : List.of("Add", "Sub", "Mul", "Div", "Min", "Max")) {
      f.check(
          f.op(
              type,
              f.data(f.random().integers(-50, 50, 3, 17)),
              f.data(f.random().integers(1, 9, 17))),
          INT64);
      f.check(
          f.op(type, f.data(f.random().ints(-50, 50, 3, 17)), f.data(f.random().ints(-9, 0, 3, 1))),
          INT32);
    }
    for (String type : List.of("Abs", "Neg")) {
      f.check(f.op(type, f.data(f.random().integers(-50, 50, 37))), INT64);
    }
    for (String type : List.of("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual")) {
      f.check(
          f.op(type, f.data(f.random().integers(0, 4, 37)), f.data(f.random().integers(0, 4, 37))),
          BOOL);
    }
    for (String type : List.of("And", "Or", "Xor")) {
      f.check(
          f.op(type, f.data(f.random().booleans(3, 19)), f.data(f.random().booleans(19))), BOOL);
    }
    f.check(f.op("Not", f.data(f.random().booleans(3, 19))), BOOL);
    f.check(f.op("Pow", f.data(f.random().ints(-9, 9, 19)), intScalar(f, 2)), INT32);
    f.check(
        f.op(
            "Clip",
            f.data(f.random().integers(-9, 9, 19)),
            f.constant(Tensor.of(new long[] {-4})),
            f.constant(Tensor.of(new long[] {5}))),
        INT64);
    f.check(
        f.op(
            "Where",
            f.data(f.random().booleans(19)),
            f.data(f.random().integers(-9, 9, 2, 19)),
            f.constant(3)),
        INT64);
    return f;
  }

  private static OperatorFamily conversions() {
    OperatorFamily f = new OperatorFamily("elementwise-cast", 17);
    Tensor reals = f.random().uniform(-9, 9, 3, 17);
    for (DataType to : List.of(INT32, INT64, BOOL, FLOAT32)) {
      f.check(f.op("Cast", f.data(reals)).with("to", to.onnx()), to);
      f.check(f.op("Cast", f.data(f.random().integers(-3, 3, 3, 17))).with("to", to.onnx()), to);
      f.check(f.op("Cast", f.data(f.random().ints(-3, 3, 3, 17))).with("to", to.onnx()), to);
      f.check(f.op("Cast", f.data(f.random().booleans(3, 17))).with("to", to.onnx()), to);
      Tensor bytes = Tensor.wrap(DataType.UINT8, new byte[] {0, 1, 127, (byte) 200, (byte) 255}, 5);
      f.check(f.op("Cast", f.data(bytes)).with("to", to.onnx()), to);
      Tensor signed = Tensor.wrap(DataType.INT8, new byte[] {0, 1, 127, -128, -1}, 5);
      f.check(f.op("Cast", f.data(signed)).with("to", to.onnx()), to);
      Tensor doubles = Tensor.wrap(new double[] {-2.75, -0.5, 0, 0.25, 3.5}, 5);
      f.check(f.op("Cast", f.data(doubles)).with("to", to.onnx()), to);
    }
    f.check(f.op("Cast", f.data(reals)).with("to", FLOAT64.onnx()), FLOAT64);
    String truth = f.op("Cast", f.data(reals)).with("to", BOOL.onnx()).value();
    String number = f.op("Cast", truth).with("to", FLOAT32.onnx()).value();
    f.check(f.op("Mul", number, f.x(3, 17)));
    return f;
  }

  /** The same on constants alone, which the host computes at load. */
  private static OperatorFamily folded() {
    OperatorFamily f = new OperatorFamily("elementwise-folded", 17);
    unary(f, f::constant);
    for (String type : List.of("Add", "Sub", "Mul", "Div", "Min", "Max")) {
      f.check(f.op(type, f.weights(3, 5), f.weights(3, 1)));
      f.check(
          f.op(
              type,
              f.constant(f.random().integers(-50, 50, 3, 5)),
              f.constant(f.random().integers(1, 9, 5))),
          INT64);
    }
    for (String type : List.of("Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual")) {
      f.check(
          f.op(
              type,
              f.constant(f.random().integers(0, 4, 37)),
              f.constant(f.random().integers(0, 4, 37))),
          BOOL);
      f.check(
          f.op(
              type,
              f.constant(f.random().uniform(0, 1, 37)),
              f.constant(f.random().uniform(0, 1, 37))),
          BOOL);
    }
    String left = f.constant(f.random().booleans(19));
    String right = f.constant(f.random().booleans(19));
    for (String type : List.of("And", "Or", "Xor")) {
      f.check(f.op(type, left, right), BOOL);
    }
    f.check(f.op("Not", left), BOOL);
    f.check(f.op("Where", left, f.weights(3, 19), f.weights(1)));
    f.check(f.op("Pow", f.constant(f.random().uniform(0.1f, 2, 7)), f.weights(7)));
    f.check(f.op("PRelu", f.weights(4, 7), f.weights(7)));
    f.check(f.op("Mean", f.weights(4, 7), f.weights(7)));
    f.check(f.op("Sum", f.weights(4, 7), f.weights(7)));
    for (DataType to : List.of(INT32, INT64, BOOL, FLOAT32, FLOAT64, DataType.UINT8)) {
      String reals = f.constant(f.random().uniform(0, 9, 17));
      f.check(f.op("Cast", reals).with("to", to.onnx()), to);
    }
    return f;
  }

  private static OperatorFamily oldOpsets() {
    OperatorFamily f = new OperatorFamily("elementwise-old", 7);
    f.check(f.op("Clip", f.x(3, 17)).with("min", -0.5f).with("max", 0.25f));
    f.check(f.op("Clip", f.x(3, 17)).with("min", -0.5f));
    f.check(f.op("Clip", f.x(3, 17)).with("max", 0.25f));
    f.check(f.op("BatchNormalization", normalised(f, 5, 2, 5, 3, 3)));
    return f;
  }

  /** Data and the statistics that normalise its channels. */
  private static String[] normalised(OperatorFamily f, int channels, long... shape) {
    return new String[] {
      f.x(shape),
      f.weights(channels),
      f.weights(channels),
      f.weights(channels),
      f.constant(f.random().uniform(0.1f, 2, channels))
    };
  }

  private static String positive(OperatorFamily f, long... shape) {
    return f.data(f.random().uniform(0.1f, 3, shape));
  }

  private static String scalar(OperatorFamily f, float value) {
    return f.constant(Tensor.of(new float[] {value}));
  }

  private static String intScalar(OperatorFamily f, int value) {
    return f.constant(Tensor.of(new int[] {value}));
  }
}
