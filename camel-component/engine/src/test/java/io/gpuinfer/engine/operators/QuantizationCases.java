package io.gpuinfer.engine.operators;

import static io.gpuinfer.engine.DataType.FLOAT32;
import static io.gpuinfer.engine.DataType.INT32;
import static io.gpuinfer.engine.DataType.INT8;
import static io.gpuinfer.engine.DataType.UINT8;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.stream.Stream;

/** Integers of eight bits that stand for numbers. */
final class QuantizationCases {

  private static final String MICROSOFT = "com.microsoft.";

  private QuantizationCases() {}

  static Stream<OperatorFamily> families() {
    return Stream.of(
        linear(),
        blocked(),
        dynamic(),
        products(),
        longSums(),
        convolutions(),
        pairs(),
        ofMicrosoft());
  }

  private static OperatorFamily linear() {
    OperatorFamily f = new OperatorFamily("quantize-linear", 13);
    for (String domain : List.of("", MICROSOFT)) {
      for (DataType type : List.of(UINT8, INT8)) {
        String zero = f.constant(Tensor.wrap(type, new byte[] {(byte) 7}));
        Tensor ties =
            Tensor.of(new float[] {-1e9f, -2.5f, -1.5f, -0.5f, 0.5f, 1.5f, 2.5f, 1e9f}, 8);
        f.check(f.op(domain + "QuantizeLinear", f.data(ties), scalar(f, 1), zero), type);
        f.check(f.op(domain + "QuantizeLinear", f.x(3, 17), scalar(f, 0.03f), zero), type);
        String scales = f.constant(f.random().uniform(0.01f, 0.1f, 5));
        String zeros = any(f, type, 5);
        f.check(f.op(domain + "QuantizeLinear", f.x(3, 5, 7), scales, zeros).with("axis", 1), type);
        f.check(
            f.op(domain + "QuantizeLinear", f.x(3, 7, 5), scales, zeros).with("axis", -1), type);
        f.check(f.op(domain + "DequantizeLinear", any(f, type, 3, 17), scalar(f, 0.03f), zero));
        f.check(
            f.op(domain + "DequantizeLinear", any(f, type, 2, 5, 7), scales, zeros)
                .with("axis", 1));
        f.check(
            f.op(domain + "DequantizeLinear", constant(f, type, 5, 33), scales, zeros)
                .with("axis", 0));
      }
    }
    f.check(f.op("QuantizeLinear", f.x(3, 17), scalar(f, 0.03f)), UINT8);
    f.check(f.op("DequantizeLinear", any(f, INT8, 3, 17), f.data(Tensor.of(new float[] {0.5f}))));
    Tensor sums = f.random().ints(-100_000, 100_000, 3, 17);
    f.check(f.op("DequantizeLinear", f.data(sums), scalar(f, 0.001f)));
    return f;
  }

  private static OperatorFamily blocked() {
    OperatorFamily f = new OperatorFamily("quantize-blocked", 21);
    for (int axis = 0; axis < 2; axis++) {
      long[] blocks = axis == 0 ? new long[] {2, 6, 5} : new long[] {8, 2, 5};
      int block = axis == 0 ? 4 : 3;
      Tensor scales = f.random().uniform(0.01f, 0.1f, blocks);
      Tensor zeros = f.random().bytes(INT8, -9, 9, blocks);
      f.check(
          f.op("DequantizeLinear", any(f, INT8, 8, 6, 5), f.constant(scales), f.constant(zeros))
              .with("axis", axis)
              .with("block_size", block));
      f.check(
          f.op("QuantizeLinear", f.x(8, 6, 5), f.constant(scales), f.constant(zeros))
              .with("axis", axis)
              .with("block_size", block),
          INT8);
    }
    f.check(
        f.op("QuantizeLinear", f.x(3, 17), scalar(f, 0.03f)).with("output_dtype", INT8.onnx()),
        INT8);
    return f;
  }

  private static OperatorFamily dynamic() {
    OperatorFamily f = new OperatorFamily("quantize-dynamic", 13);
    Tensor[] given = {
      f.random().normal(3, 17),
      f.random().uniform(1, 4, 2, 3, 5),
      f.random().uniform(-4, -1, 40),
      Tensor.of(new float[6], 6)
    };
    for (Tensor data : given) {
      for (String input : List.of(f.data(data), f.constant(data))) {
        List<String> made = f.op("DynamicQuantizeLinear", input).values(3);
        f.check(made.get(0), UINT8, "data of " + data);
        f.check(made.get(1), FLOAT32, "scale of " + data);
        f.check(made.get(2), UINT8, "zero point of " + data);
      }
    }
    return f;
  }

  private static OperatorFamily products() {
    OperatorFamily f = new OperatorFamily("quantize-products", 13);
    for (DataType type : List.of(UINT8, INT8)) {
      String zero = f.data(Tensor.wrap(UINT8, new byte[] {(byte) 130}));
      String other = f.constant(Tensor.wrap(type, new byte[] {3}));
      f.check(f.op("MatMulInteger", any(f, UINT8, 5, 33), small(f, type, 33, 9)), INT32);
      f.check(
          f.op("MatMulInteger", any(f, UINT8, 5, 33), small(f, type, 33, 9), zero, other), INT32);
      f.check(
          f.op("MatMulInteger", any(f, UINT8, 2, 5, 33), small(f, type, 2, 33, 9), zero), INT32);
      f.check(
          f.op("MatMulInteger", any(f, UINT8, 5, 33), small(f, type, 33, 9), zero, any(f, type, 9)),
          INT32);
      f.check(
          f.op(
              "QLinearMatMul",
              any(f, UINT8, 2, 5, 33),
              scalar(f, 0.02f),
              zero,
              small(f, type, 33, 9),
              scalar(f, 0.04f),
              other,
              scalar(f, 0.5f),
              f.constant(Tensor.wrap(UINT8, new byte[] {100}))),
          UINT8);
    }
    f.check(
        f.op(
            "QLinearMatMul",
            any(f, UINT8, 5, 33),
            scalar(f, 0.02f),
            f.constant(Tensor.wrap(UINT8, new byte[] {100})),
            small(f, INT8, 33, 9),
            f.constant(f.random().uniform(0.01f, 0.1f, 9)),
            f.constant(Tensor.wrap(INT8, new byte[9], 9)),
            scalar(f, 0.5f),
            f.constant(Tensor.wrap(UINT8, new byte[] {100}))),
        UINT8);
    return f;
  }

  /** Sums that floats do not hold: over 2²⁴, and odd. */
  private static OperatorFamily longSums() {
    OperatorFamily f = new OperatorFamily("quantize-long-sums", 13);
    for (int depth : new int[] {259, 700, 5000, 70_000}) {
      String left = f.data(f.random().bytes(UINT8, 200, 256, 3, depth));
      f.check(
          f.op("MatMulInteger", left, f.data(f.random().bytes(UINT8, 200, 256, depth, 2))), INT32);
      f.check(
          f.op("MatMulInteger", left, f.constant(f.random().bytes(UINT8, 200, 256, depth, 2))),
          INT32);
    }
    f.check(
        f.op(
            "ConvInteger",
            f.data(f.random().bytes(UINT8, 200, 256, 1, 80, 5, 5)),
            f.constant(f.random().bytes(UINT8, 200, 256, 3, 80, 3, 3))),
        INT32);
    f.check(
        f.op(
                "ConvInteger",
                f.data(f.random().bytes(UINT8, 200, 256, 1, 2, 30, 30)),
                f.constant(f.random().bytes(UINT8, 200, 256, 2, 1, 29, 29)))
            .with("group", 2),
        INT32);
    return f;
  }

  private static OperatorFamily convolutions() {
    OperatorFamily f = new OperatorFamily("quantize-convolutions", 13);
    String zero = f.data(Tensor.wrap(UINT8, new byte[] {(byte) 130}));
    f.check(f.op("ConvInteger", any(f, UINT8, 1, 3, 7, 7), constant(f, UINT8, 4, 3, 3, 3)), INT32);
    f.check(
        f.op("ConvInteger", any(f, UINT8, 2, 3, 7, 7), constant(f, UINT8, 4, 3, 3, 3), zero)
            .withAll("pads", 1, 1, 1, 1)
            .withAll("strides", 2, 2),
        INT32);
    for (DataType type : List.of(UINT8, INT8)) {
      for (int group : new int[] {1, 4}) {
        f.check(
            f.op(
                    "QLinearConv",
                    any(f, UINT8, 1, 4, 9, 9),
                    scalar(f, 0.02f),
                    zero(f, UINT8, 120),
                    f.constant(f.random().bytes(type, 0, 60, 8, 4 / group, 3, 3)),
                    scalar(f, 0.04f),
                    zero(f, type, 0),
                    scalar(f, 0.25f),
                    zero(f, UINT8, 90),
                    f.constant(f.random().ints(-900, 900, 8)))
                .with("group", group)
                .withAll("pads", 1, 1, 1, 1),
            UINT8);
      }
    }
    f.check(
        f.op(
            "QLinearConv",
            any(f, UINT8, 1, 4, 9, 9),
            scalar(f, 0.02f),
            zero(f, UINT8, 120),
            f.constant(f.random().bytes(INT8, -60, 60, 8, 4, 3, 3)),
            f.constant(f.random().uniform(0.01f, 0.1f, 8)),
            f.constant(Tensor.wrap(INT8, new byte[8], 8)),
            scalar(f, 0.25f),
            zero(f, UINT8, 90)),
        UINT8);
    return f;
  }

  /** Quantised graphs as tools write them: every operator of floats between two conversions. */
  private static OperatorFamily pairs() {
    OperatorFamily f = new OperatorFamily("quantize-pairs", 13);
    String zero = zero(f, UINT8, 128);
    String image = quantized(f, f.x(1, 4, 9, 9), 0.03f, zero);
    String filter =
        f.op(
                "DequantizeLinear",
                f.constant(f.random().bytes(INT8, -100, 100, 8, 4, 3, 3)),
                f.constant(f.random().uniform(0.005f, 0.01f, 8)),
                f.constant(Tensor.wrap(INT8, new byte[8], 8)))
            .with("axis", 0)
            .value();
    String bias =
        f.op("DequantizeLinear", f.constant(f.random().ints(-999, 999, 8)), scalar(f, 1e-3f))
            .value();
    String conv = f.op("Conv", image, filter, bias).withAll("pads", 1, 1, 1, 1).value();
    String relu = f.op("Relu", conv).value();
    f.check(quantized(f, relu, 0.05f, zero), FLOAT32, "Conv between quantised");
    String weights =
        f.op(
                "DequantizeLinear",
                f.constant(f.random().bytes(INT8, -100, 100, 17, 5)),
                scalar(f, 0.01f))
            .value();
    String rows = quantized(f, f.x(3, 17), 0.03f, zero);
    f.check(f.op("MatMul", rows, weights));
    return f;
  }

  private static OperatorFamily ofMicrosoft() {
    OperatorFamily f = new OperatorFamily("quantize-microsoft", 13);
    for (DataType type : List.of(UINT8, INT8)) {
      for (String operator : List.of("QLinearAdd", "QLinearMul")) {
        f.check(
            f.op(
                MICROSOFT + operator,
                any(f, type, 3, 17),
                scalar(f, 0.02f),
                zero(f, type, 9),
                any(f, type, 17),
                scalar(f, 0.03f),
                zero(f, type, 5),
                scalar(f, 0.05f),
                zero(f, type, 90)),
            type);
      }
      String weights = small(f, type, 33, 9);
      String column = f.constant(f.random().uniform(0.01f, 0.1f, 9));
      f.check(f.op(MICROSOFT + "DynamicQuantizeMatMul", f.x(5, 33), weights, scalar(f, 0.03f)));
      f.check(
          f.op(
              MICROSOFT + "DynamicQuantizeMatMul",
              f.x(5, 33),
              weights,
              scalar(f, 0.03f),
              zero(f, type, 3),
              f.weights(9)));
      f.check(
          f.op(
              MICROSOFT + "MatMulIntegerToFloat",
              any(f, UINT8, 5, 33),
              weights,
              scalar(f, 0.02f),
              column,
              zero(f, UINT8, 120),
              f.constant(Tensor.wrap(type, new byte[9], 9)),
              f.weights(9)));
    }
    for (int flags = 0; flags < 4; flags++) {
      long[] a = (flags & 1) == 1 ? new long[] {33, 5} : new long[] {5, 33};
      long[] b = flags >> 1 == 1 ? new long[] {9, 33} : new long[] {33, 9};
      String left = any(f, UINT8, a);
      String right = f.constant(f.random().bytes(INT8, -60, 60, b));
      String bias = f.constant(f.random().ints(-900, 900, 9));
      String[] inputs = {
        left, scalar(f, 0.02f), zero(f, UINT8, 120), right, scalar(f, 0.04f), zero(f, INT8, 0), bias
      };
      f.check(
          f.op(MICROSOFT + "QGemm", inputs)
              .with("transA", flags & 1)
              .with("transB", flags >> 1)
              .with("alpha", 0.5f));
      f.check(
          f.op(
                  MICROSOFT + "QGemm",
                  Stream.concat(Stream.of(inputs), Stream.of(scalar(f, 0.25f), zero(f, UINT8, 90)))
                      .toArray(String[]::new))
              .with("transA", flags & 1)
              .with("transB", flags >> 1),
          UINT8);
    }
    return f;
  }

  private static String quantized(OperatorFamily f, String value, float scale, String zero) {
    String bytes = f.op("QuantizeLinear", value, scalar(f, scale), zero).value();
    return f.op("DequantizeLinear", bytes, scalar(f, scale), zero).value();
  }

  private static String any(OperatorFamily f, DataType type, long... shape) {
    return f.data(f.random().bytes(type, 0, 256, shape));
  }

  private static String constant(OperatorFamily f, DataType type, long... shape) {
    return f.constant(f.random().bytes(type, 0, 256, shape));
  }

  /** Seven bits: ONNX Runtime's products saturate 16 bits on some processors. */
  private static String small(OperatorFamily f, DataType type, long... shape) {
    return f.constant(f.random().bytes(type, type == UINT8 ? 0 : -60, 60, shape));
  }

  private static String zero(OperatorFamily f, DataType type, int value) {
    return f.constant(Tensor.wrap(type, new byte[] {(byte) value}));
  }

  private static String scalar(OperatorFamily f, float value) {
    return f.constant(Tensor.of(new float[] {value}));
  }
}
