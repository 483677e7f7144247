package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.BFloat16;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.Float16;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Elements of one and two bytes on the device, where all elements have four. */
class NarrowTypeTest {

  private static final int RANDOM_NUMBERS = 100_000;

  @ParameterizedTest
  @EnumSource
  void theDeviceRoundsAsTheHostDoes(DeviceClass kernels) {
    ModelBuilder model = new ModelBuilder(17);
    String reals = model.input("reals", DataType.FLOAT32, ModelBuilder.OPEN);
    for (DataType half : new DataType[] {DataType.FLOAT16, DataType.BFLOAT16}) {
      String rounded = model.node("Cast", reals).with("to", half.onnx()).value();
      String back = model.node("Cast", rounded).with("to", DataType.FLOAT32.onnx()).value();
      model.output(back, DataType.FLOAT32);
    }
    float[] numbers = numbers();
    try (InferenceSession session = load(model, kernels)) {
      Map<String, Tensor> answers =
          session.run(Map.of("reals", Tensor.of(numbers, numbers.length)));
      float[] halves = answers.get(session.outputs().get(0).name()).toFloatArray();
      float[] bfloats = answers.get(session.outputs().get(1).name()).toFloatArray();
      for (int i = 0; i < numbers.length; i++) {
        assertThat((Float) halves[i])
            .as("%a to half precision", numbers[i])
            .isEqualTo((Float) Float16.toFloat(Float16.of(numbers[i])));
        assertThat((Float) bfloats[i])
            .as("%a to bfloat16", numbers[i])
            .isEqualTo((Float) BFloat16.toFloat(BFloat16.of(numbers[i])));
      }
    }
  }

  /** Every number of half precision, what is half way to the next, and numbers of all sizes. */
  private static float[] numbers() {
    float[] numbers = new float[2 * 0x10000 + RANDOM_NUMBERS];
    Random random = new Random(5);
    for (int i = 0; i < numbers.length; i++) {
      float here = Float16.toFloat((short) (i / 2));
      float next = Float16.toFloat((short) (i / 2 + 1));
      int exponent = random.nextInt(120) - 60; // not subnormal, which devices may take for zero
      numbers[i] =
          i >= 2 * 0x10000
              ? (float) (random.nextGaussian() * Math.pow(2, exponent))
              : i % 2 == 0 || Float.isNaN(next) || Float.isInfinite(next)
                  ? here
                  : (here + next) / 2;
    }
    return numbers;
  }

  @ParameterizedTest
  @EnumSource
  void weightsOfSixteenBitsLieInMemoryAsTheyAre(DeviceClass kernels) {
    int rows = 21;
    int depth = 333;
    int columns = 1000;
    Random random = new Random(6);
    // Small multiples of an eighth: no sum of so few of them is rounded, whatever its order.
    float[] x = new float[rows * depth];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < 30; i++) {
        x[row * depth + random.nextInt(depth)] = random.nextInt(3) - 1;
      }
    }
    float[] weights = new float[depth * columns];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (random.nextInt(7) - 3) / 8f;
    }
    float[] expected = new float[rows * columns];
    for (int i = 0; i < expected.length; i++) {
      for (int k = 0; k < depth; k++) {
        expected[i] += x[i / columns * depth + k] * weights[k * columns + i % columns];
      }
    }
    for (DataType type : new DataType[] {DataType.FLOAT16, DataType.BFLOAT16}) {
      ModelBuilder model = new ModelBuilder(17);
      String data = model.input("x", type, rows, depth);
      String matrix = model.constant(Tensor.rounded(type, weights, depth, columns));
      model.output(model.node("MatMul", data, matrix).value(), type);
      try (InferenceSession session = load(model, kernels)) {
        Tensor answer =
            session
                .run(Map.of("x", Tensor.rounded(type, x, rows, depth)))
                .get(session.outputs().get(0).name());
        assertThat(answer).isEqualTo(Tensor.rounded(type, expected, rows, columns));
        assertThat(session.describe().weightBytes()).isLessThan(3L * weights.length);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void arithmeticOfBytesWrapsAround(DeviceClass kernels) {
    ModelBuilder model = new ModelBuilder(17);
    for (DataType type : new DataType[] {DataType.UINT8, DataType.INT8}) {
      String x = model.input("x" + type, type, 5);
      String y = model.input("y" + type, type, 5);
      for (String operator : new String[] {"Add", "Sub", "Mul", "Div", "Max"}) {
        String result = model.node(operator, x, y).value();
        // what is wider must see what a byte holds, not what the device computed
        String wide = model.node("Cast", result).with("to", DataType.INT32.onnx()).value();
        model.output(wide, DataType.INT32);
      }
    }
    Tensor x = bytes(DataType.UINT8, 200, 5, 255, 0, 17);
    Tensor y = bytes(DataType.UINT8, 100, 9, 255, 1, 16);
    Tensor signedX = bytes(DataType.INT8, 100, -128, -128, 127, -7);
    Tensor signedY = bytes(DataType.INT8, 100, 1, -1, 2, 3);
    Map<String, Tensor> inputs =
        Map.of("xUINT8", x, "yUINT8", y, "xINT8", signedX, "yINT8", signedY);
    try (InferenceSession session = load(model, kernels)) {
      Map<String, Tensor> answers = session.run(inputs);
      int[][] expected = {
        {44, 14, 254, 1, 33},
        {100, 252, 0, 255, 1},
        {32, 45, 1, 0, 16},
        {2, 0, 1, 0, 1},
        {200, 9, 255, 1, 17},
        {-56, -127, 127, -127, -4},
        {0, 127, -127, 125, -10},
        {16, -128, -128, -2, -21},
        {1, -128, -128, 63, -2},
        {100, 1, -1, 127, 3}
      };
      for (int i = 0; i < expected.length; i++) {
        assertThat(answers.get(session.outputs().get(i).name()))
            .isEqualTo(Tensor.of(expected[i], 5));
      }
    }
  }

  private static Tensor bytes(DataType type, int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return Tensor.wrap(type, bytes, bytes.length);
  }

  private static InferenceSession load(ModelBuilder model, DeviceClass kernels) {
    return new OpenClEngine()
        .load(model.source(), LoadOptions.builder().deviceClass(kernels).build());
  }
}
