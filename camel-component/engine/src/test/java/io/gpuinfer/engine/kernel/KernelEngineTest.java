package io.gpuinfer.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.aparapi.Range;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceCode;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.engine.opencl.Devices;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KernelEngineTest {

  private static final KernelEngine ENGINE = new KernelEngine();
  private static final DeviceInfo OPENCL = Devices.find().infos().get(0);

  private final FaultDrill drill = new FaultDrill();

  static Stream<DeviceInfo> devices() {
    return Stream.of(OPENCL, JavaThreads.DEVICE);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void runsAFunctionOfFloats(DeviceInfo device) {
    float slope = 0.25f;
    float[] weights = {1, 2, 3, 4};
    FloatKernel kernel =
        new FloatKernel() {
          @Override
          public float apply(float[] in, int i) {
            return in[i] > 0 ? in[i] * weights[i] : slope * in[i];
          }
        };
    try (InferenceSession session = load(KernelSource.ofInstance(kernel), device)) {
      assertThat(session.run(Map.of("in", Tensor.of(new float[] {1, -2, 3, -4}, 4))))
          .isEqualTo(Map.of("out", Tensor.of(new float[] {1, -0.5f, 9, -1}, 4)));
      assertThat(session.device()).isEqualTo(device);
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void takesEveryTypeThatCanBeSent(DeviceInfo device) {
    try (InferenceSession session = load(TestKernels.AllTypes.class, device)) {
      Map<String, Tensor> inputs =
          Map.of(
              "f", KernelValue.tensor(0.5, session.inputs().get(0).type()),
              "d", KernelValue.tensor(0.1, session.inputs().get(1).type()),
              "n", KernelValue.tensor(7, session.inputs().get(2).type()),
              "l", KernelValue.tensor(1L << 40, session.inputs().get(3).type()),
              "b", KernelValue.tensor(-3, session.inputs().get(4).type()),
              "floats", KernelValue.tensor(new float[] {1, 2}),
              "doubles", KernelValue.tensor(new double[] {1, 2}),
              "ints", KernelValue.tensor(new int[] {1, -2}),
              "longs", KernelValue.tensor(new long[] {1, 2}),
              "bytes", KernelValue.tensor(new byte[] {1, -2}));
      assertThat(session.run(inputs))
          .isEqualTo(
              Map.of(
                  "floatsOut", KernelValue.tensor(new float[] {1.5f, 2.5f}),
                  "doublesOut", KernelValue.tensor(new double[] {1 + 0.1 + 0.125, 2 + 0.1 + 0.125}),
                  "intsOut", KernelValue.tensor(new int[] {8, 5}),
                  "longsOut",
                      KernelValue.tensor(
                          new long[] {
                            (1L << 40) + 1 + 0x1234_5678_9abc_def0L,
                            (1L << 40) + 2 + 0x1234_5678_9abc_def0L
                          }),
                  "bytesOut", KernelValue.tensor(new byte[] {-2, -5})));
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void runsInPassesAndInPlace(DeviceInfo device) {
    try (InferenceSession session = load(TestKernels.PrefixSum.class, device)) {
      for (int length : new int[] {2, 100, 7}) {
        float[] sums = new float[length];
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
          values[i] = i % 5;
          sums[i] = values[i] + (i == 0 ? 0 : sums[i - 1]);
        }
        Tensor input = Tensor.of(values, length);
        assertThat(session.run(Map.of("values", input)))
            .isEqualTo(Map.of("values", Tensor.of(sums, length)));
        assertThat(input).isEqualTo(Tensor.of(values, length));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void groupsShareMemory(DeviceInfo device) {
    int[] values = IntStream.range(0, 4 * TestKernels.GroupSums.GROUP).toArray();
    int[] sums =
        IntStream.range(0, 4)
            .map(group -> IntStream.range(64 * group, 64 * group + 64).sum())
            .toArray();
    try (InferenceSession session = load(TestKernels.GroupSums.class, device)) {
      assertThat(session.run(Map.of("values", Tensor.of(values, values.length))))
          .isEqualTo(Map.of("sums", Tensor.of(sums, 4)));
      assertThatThrownBy(() -> session.run(Map.of("values", Tensor.of(new int[3], 3))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("multiple of 64");
      assertThat(session.run(Map.of("values", Tensor.of(values, values.length))))
          .isEqualTo(Map.of("sums", Tensor.of(sums, 4)));
    }
  }

  @Test
  void tellsWhatRanAndHowLong() {
    try (InferenceSession session = load(TestKernels.GroupSums.class, OPENCL)) {
      Execution execution =
          session
              .execute(Map.of("values", Tensor.of(new int[128], 128)), RunOptions.NONE)
              .execution();
      assertThat(execution.device()).isEqualTo(OPENCL);
      assertThat(execution.bytes()).isEqualTo(4 * (128 + 2));
      assertThat(execution.passes()).isEqualTo(1);
      assertThat(execution.inputNanos()).isPositive();
      assertThat(execution.computeNanos()).isPositive();
      assertThat(execution.outputNanos()).isPositive();
      assertThat(session.describe().engine()).isEqualTo("opencl");
      DeviceCode code = session.code().orElseThrow();
      assertThat(code.source()).contains("__kernel void run(", "__local int *shared");
      assertThat(code.nanos()).isPositive();
    }
  }

  @Test
  void refusesWhatCannotBeTranslated() {
    assertThatThrownBy(() -> load(TestKernels.UsesObject.class, OPENCL))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("TestKernels$UsesObject.lengthOf: ")
        .hasMessageContaining("invokeinterface")
        .hasMessageContaining("device=cpu");
    assertThatThrownBy(() -> load(TestKernels.UsesTable.class, OPENCL))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("the field table is a float[][]");
  }

  @Test
  void runsWhatCannotBeTranslatedWhereThatIsAllowed() {
    KernelSource source = KernelSource.ofClass(TestKernels.UsesObject.class);
    Map<String, Tensor> inputs = Map.of("indices", Tensor.of(new int[] {1, 0, 1}, 3));
    Map<String, Tensor> expected = Map.of("lengths", Tensor.of(new int[] {5, 3, 5}, 3));
    try (InferenceSession allowed = ENGINE.loadOrOnJavaThreads("k", source, OPENCL, drill);
        InferenceSession chosen = load(source, JavaThreads.DEVICE)) {
      for (InferenceSession session : List.of(allowed, chosen)) {
        assertThat(session.run(inputs)).isEqualTo(expected);
        assertThat(session.device().kind()).isEqualTo(DeviceKind.HOST_CPU);
        assertThat(session.execute(inputs, RunOptions.NONE).execution().device())
            .isEqualTo(JavaThreads.DEVICE);
        assertThat(session.describe().engine()).isEqualTo("java");
        assertThat(session.code()).isEmpty();
      }
    }
  }

  @Test
  void staysOnTheDeviceWhereItCan() {
    KernelSource source = KernelSource.ofClass(TestKernels.Gather.class);
    try (InferenceSession session = ENGINE.loadOrOnJavaThreads("k", source, OPENCL, drill)) {
      assertThat(session.device()).isEqualTo(OPENCL);
    }
  }

  /** It may come back; Java threads would be for good. */
  @Test
  void doesNotGoElsewhereForADeviceThatIsNotThere() {
    KernelSource source = KernelSource.ofClass(TestKernels.Gather.class);
    DeviceInfo gone = new DeviceInfo(99, "gone", DeviceKind.GPU, 1 << 30, 1 << 30, 1, "no driver");
    assertThatThrownBy(() -> ENGINE.loadOrOnJavaThreads("k", source, gone, drill))
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("no OpenCL device 99");
  }

  @Test
  void failsWithTheDevice() {
    try (InferenceSession session = load(TestKernels.Gather.class, OPENCL)) {
      drill.start();
      assertThatThrownBy(() -> session.run(gather(2, 0, 1)))
          .isInstanceOfSatisfying(
              DeviceOfflineException.class, e -> assertThat(e.status()).isNegative());
      drill.stop();
      assertThat(session.run(gather(2, 1, 0)).get("gathered"))
          .isEqualTo(Tensor.of(new float[] {1, 0}, 2));
    }
  }

  @Test
  void tellsWhatAKernelThrows() {
    try (InferenceSession session = load(TestKernels.Gather.class, JavaThreads.DEVICE)) {
      assertThatThrownBy(() -> session.run(gather(2, 0, 7)))
          .isInstanceOf(GpuInferException.class)
          .hasMessageContaining("TestKernels$Gather failed")
          .hasMessageContaining("Index 7 out of bounds for length 2");
      assertThat(session.run(gather(2, 1, 0)).get("gathered"))
          .isEqualTo(Tensor.of(new float[] {1, 0}, 2));
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void refusesRequestsThatDoNotFit(DeviceInfo device) {
    try (InferenceSession session = load(TestKernels.Gather.class, device)) {
      assertThatThrownBy(() -> session.run(Map.of("values", Tensor.of(new float[1], 1))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("\"indices\" is missing");
      assertThatThrownBy(
              () ->
                  session.run(
                      Map.of(
                          "values", Tensor.of(new int[1], 1), "indices", Tensor.of(new int[1], 1))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expected FLOAT32[any], got INT32[1]");
      assertThatThrownBy(
              () -> session.execute(gather(2, 0), RunOptions.deadline(System.nanoTime() - 1)))
          .isInstanceOf(DeadlineExceededException.class);
    }
  }

  @Test
  void refusesEmptyArraysOnADevice() {
    try (InferenceSession session = load(TestKernels.Gather.class, OPENCL)) {
      assertThatThrownBy(() -> session.run(gather(0, 0)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("The array values")
          .hasMessageContaining("has 0 bytes");
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void refusesRangesThatCannotBeRun(DeviceInfo device) {
    for (Range range :
        List.of(
            Range.create(0),
            Range.create(-4),
            Range.create(3, 2),
            Range.create2D(1 << 16, 1 << 16, 1, 1))) {
      TestKernels.Gather kernel = new TestKernels.Gather();
      kernel.range = range;
      try (InferenceSession session = load(KernelSource.ofInstance(kernel), device)) {
        assertThatThrownBy(() -> session.run(gather(2, 0)))
            .isInstanceOf(GpuInferException.class)
            .hasMessageContaining("a range that cannot be run");
      }
    }
    try (InferenceSession session = load(TestKernels.Unprepared.class, device)) {
      assertThatThrownBy(() -> session.run(gather(2, 0))).isInstanceOf(GpuInferException.class);
    }
  }

  @Test
  void refusesWhatIsNoKernel() {
    assertThatThrownBy(() -> KernelSource.ofClass(String.class))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("java.lang.String is no kernel");
    assertThatThrownBy(() -> KernelSource.ofInstance("a bean"))
        .isInstanceOf(ModelLoadException.class);
    assertThatThrownBy(() -> KernelSource.ofClass(FloatKernel.class))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("abstract");
    assertThatThrownBy(() -> load(TestKernels.Stillborn.class, OPENCL))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("no licence");
    assertThatThrownBy(() -> load(TestKernels.Hidden.class, OPENCL))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("public constructor");
    assertThatThrownBy(() -> load(TestKernels.Silent.class, OPENCL))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("@Output");
    assertThatThrownBy(() -> load(TestKernels.Wordy.class, OPENCL))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("The field word")
        .hasMessageContaining("a String cannot be sent");
  }

  @Test
  void clonesOfABeanDoNotMeet() {
    TestKernels.Gather bean = new TestKernels.Gather();
    KernelSource source = KernelSource.ofInstance(bean);
    try (InferenceSession one = load(source, OPENCL);
        InferenceSession other = load(source, OPENCL)) {
      one.run(gather(3, 2));
      other.run(gather(2, 1));
      assertThat(one.run(gather(3, 1)).get("gathered")).isEqualTo(Tensor.of(new float[] {1}, 1));
      assertThat(bean.values).isNull();
    }
  }

  private static Map<String, Tensor> gather(int length, int... indices) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i;
    }
    return Map.of(
        "values", Tensor.of(values, length), "indices", Tensor.of(indices, indices.length));
  }

  private InferenceSession load(Class<?> type, DeviceInfo device) {
    return load(KernelSource.ofClass(type), device);
  }

  private InferenceSession load(KernelSource source, DeviceInfo device) {
    return ENGINE.load("kernel", source, device, drill);
  }
}
