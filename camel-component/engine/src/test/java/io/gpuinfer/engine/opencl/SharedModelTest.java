package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.testing.ModelBuilder;
import io.gpuinfer.engine.testing.RandomTensors;
import io.gpuinfer.engine.testing.RealModels;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions of the same model on the same device have its weights once. */
class SharedModelTest {

  private static final int WIDTH = 1024;

  private final OpenClEngine engine = new OpenClEngine();

  private static ModelSource product() {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, WIDTH);
    String weights = model.constant(new RandomTensors(1).normal(WIDTH, WIDTH));
    model.output(model.node("MatMul", x, weights).value(), DataType.FLOAT32);
    return model.source();
  }

  private static Map<String, Tensor> request() {
    return Map.of("x", new RandomTensors(2).normal(2, WIDTH));
  }

  private OpenClSession load(ModelSource source, LoadOptions options) {
    return (OpenClSession) engine.load(source, options);
  }

  private static LoadOptions on(DeviceClass kernels) {
    return LoadOptions.builder().deviceClass(kernels).build();
  }

  private static void haveTheSame(OpenClSession one, OpenClSession other) {
    List<float[]> arrays = one.weightArrays();
    assertThat(other.weightArrays()).hasSameSizeAs(arrays);
    for (int i = 0; i < arrays.size(); i++) {
      assertThat(other.weightArrays().get(i)).isSameAs(arrays.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSecondSessionReadsTheFirstOnesArrays(DeviceClass kernels) {
    byte[] model = RealModels.bytes(RealModels.MINI_LM);
    try (OpenClSession first = load(ModelSource.of("one.onnx", model), on(kernels))) {
      Map<String, Tensor> before = first.run(RealModels.texts(2, 9));
      try (OpenClSession second = load(ModelSource.of("two.onnx", model), on(kernels))) {
        haveTheSame(first, second);
        assertThat(second.run(RealModels.texts(2, 9))).isEqualTo(before);
        assertThat(second.describe().model()).isEqualTo("two.onnx");
      }
      assertThat(first.run(RealModels.texts(2, 9))).isEqualTo(before);
      assertThat(first.describe().model()).isEqualTo("one.onnx");
    }
    assertThat(engine.modelCount()).isZero();
  }

  @Test
  void theFirstSessionMayCloseFirst() {
    OpenClSession first = load(product(), LoadOptions.DEFAULT);
    Map<String, Tensor> before = first.run(request());
    try (OpenClSession second = load(product(), LoadOptions.DEFAULT)) {
      first.close();
      first.close();

      assertThat(engine.modelCount()).isOne();
      assertThat(second.run(request())).isEqualTo(before);
      try (OpenClSession third = load(product(), LoadOptions.DEFAULT)) {
        haveTheSame(second, third);
      }
    }
    assertThat(engine.modelCount()).isZero();
  }

  @Test
  void theLastSessionGivesTheArraysBack() throws InterruptedException {
    WeakReference<float[]> weights = closed();

    for (int i = 0; i < 50 && weights.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(weights.get()).isNull();
  }

  /** What is left of the weights of two sessions. */
  private WeakReference<float[]> closed() {
    try (OpenClSession first = load(product(), LoadOptions.DEFAULT);
        OpenClSession second = load(product(), LoadOptions.DEFAULT)) {
      second.run(request());
      return new WeakReference<>(first.weightArrays().get(0));
    }
  }

  @Test
  void otherOptionsHaveWeightsOfTheirOwn() {
    try (OpenClSession simd = load(product(), on(DeviceClass.SIMD));
        OpenClSession simt = load(product(), on(DeviceClass.SIMT));
        OpenClSession apart =
            load(
                product(),
                LoadOptions.builder().deviceClass(DeviceClass.SIMD).fusion(false).build())) {
      assertThat(simd.weightArrays().get(0)).isNotSameAs(simt.weightArrays().get(0));
      assertThat(simd.weightArrays().get(0)).isNotSameAs(apart.weightArrays().get(0));
      assertThat(engine.modelCount()).isEqualTo(3);
    }
    assertThat(engine.modelCount()).isZero();
  }

  @Test
  void sessionsMayLoadAndRunAtTheSameTime() throws Exception {
    Map<String, Tensor> expected;
    try (OpenClSession alone = load(product(), LoadOptions.DEFAULT)) {
      expected = alone.run(request());
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Map<String, Tensor>>> answers = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        answers.add(
            threads.submit(
                () -> {
                  try (OpenClSession session = load(product(), LoadOptions.DEFAULT)) {
                    return session.run(request());
                  }
                }));
      }
      for (Future<Map<String, Tensor>> answer : answers) {
        assertThat(answer.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(engine.modelCount()).isZero();
  }

  @Test
  void aSessionThatCannotBeLoadedLeavesNothing() {
    ModelBuilder unknown = new ModelBuilder(13);
    String x = unknown.input("x", DataType.FLOAT32, 3);
    unknown.output(unknown.node("Bernoulli", x).value(), DataType.FLOAT32);
    ModelBuilder unfit = new ModelBuilder(13);
    x = unfit.input("x", DataType.FLOAT32, 3);
    String weights = unfit.constant(new RandomTensors(1).normal(4, 4));
    unfit.output(unfit.node("MatMul", x, weights).value(), DataType.FLOAT32);

    assertThatThrownBy(() -> load(unknown.source(), LoadOptions.DEFAULT))
        .isInstanceOf(UnsupportedModelException.class);
    assertThatThrownBy(() -> load(unfit.source(), LoadOptions.DEFAULT))
        .isInstanceOf(ModelLoadException.class);
    assertThatThrownBy(() -> load(ModelSource.of("none", new byte[9]), LoadOptions.DEFAULT))
        .isInstanceOf(ModelLoadException.class);

    assertThat(engine.modelCount()).isZero();
  }

  /** Bytes of the arrays that a session reads weights from. */
  private static long bytes(OpenClSession session) {
    return session.weightArrays().stream().mapToLong(array -> array.length * 4L).sum();
  }

  @ParameterizedTest
  @EnumSource(names = {"OPENCL_CPU", "GPU"})
  void theLedgerCountsWhatIsThere(DeviceKind kind) {
    DeviceInfo device = Sessions.device(kind);
    boolean once = DeviceProgram.worksInPlace(device);
    MemoryLedger ledger = new MemoryLedger(device, 1 << 30);
    SharedModel model = Sessions.model(OnnxReader.read(product()), device, LoadOptions.DEFAULT);
    OpenClSession first = Sessions.of(model, device, ledger, LoadOptions.DEFAULT);
    first.run(request());
    long alone = ledger.held();
    OpenClSession second = Sessions.of(model, device, ledger, LoadOptions.DEFAULT);
    second.run(request());

    assertThat(alone).isGreaterThan(bytes(first));
    assertThat(ledger.held()).isEqualTo(2 * alone - (once ? bytes(first) : 0));
    first.close();
    assertThat(ledger.held()).isEqualTo(alone);
    second.close();
    assertThat(ledger.held()).isZero();
  }

  /** Winograd's weights, which only large pictures need, have no room in the arrays. */
  @ParameterizedTest
  @EnumSource(names = {"OPENCL_CPU", "GPU"})
  void aSessionThatBringsMoreWeightsLeavesTheOthersTheirs(DeviceKind kind) {
    ModelBuilder convolution = new ModelBuilder(13);
    String x =
        convolution.input("x", DataType.FLOAT32, 1, 128, ModelBuilder.OPEN, ModelBuilder.OPEN);
    String filter = convolution.constant(new RandomTensors(1).uniform(-0.1f, 0.1f, 128, 128, 3, 3));
    convolution.output(convolution.node("Conv", x, filter).value(), DataType.FLOAT32);
    Map<String, Tensor> few = Map.of("x", new RandomTensors(2).normal(1, 128, 4, 4));
    Map<String, Tensor> many = Map.of("x", new RandomTensors(3).normal(1, 128, 66, 66));
    DeviceInfo device = Sessions.device(kind);
    MemoryLedger ledger = new MemoryLedger(device, 1 << 30);
    LoadOptions options = on(DeviceClass.SIMD);
    SharedModel model = Sessions.model(OnnxReader.read(convolution.source()), device, options);
    try (OpenClSession first = Sessions.of(model, device, ledger, options);
        OpenClSession second = Sessions.of(model, device, ledger, options)) {
      Map<String, Tensor> before = first.run(few);
      List<float[]> arrays = first.weightArrays();
      long held = ledger.held();

      Map<String, Tensor> answer = second.run(many);

      assertThat(second.weightArrays().get(0)).hasSizeGreaterThan(arrays.get(0).length);
      assertThat(ledger.held()).isGreaterThan(held + bytes(second));
      assertThat(first.run(few)).isEqualTo(before);
      assertThat(first.weightArrays()).isSameAs(arrays);
      assertThat(first.run(many)).isEqualTo(answer);
      haveTheSame(first, second);
      assertThat(first.run(few)).isEqualTo(before);
    }
    assertThat(ledger.held()).isZero();
  }

  @Test
  void weightsThatTheLedgerRefusesLeaveItAsItWas() {
    DeviceInfo device = Sessions.device(DeviceKind.OPENCL_CPU);
    MemoryLedger ledger = new MemoryLedger(device, 3 << 20);
    SharedModel model = Sessions.model(OnnxReader.read(product()), device, LoadOptions.DEFAULT);
    try (OpenClSession session = Sessions.of(model, device, ledger, LoadOptions.DEFAULT)) {
      assertThatThrownBy(() -> session.run(request())).isInstanceOf(ModelLoadException.class);
      assertThat(ledger.held()).isZero();
    }
    assertThat(ledger.held()).isZero();
  }

  /** The model file stays the same when a file beside it changes. */
  @Test
  void aChangedFileBesideTheModelIsReadAnew(@TempDir Path folder) throws IOException {
    ModelBuilder builder = new ModelBuilder(17);
    String x = builder.input("x", DataType.FLOAT32, 2);
    builder.output(builder.node("Mul", x, "w").value(), DataType.FLOAT32);
    ModelProto.Builder proto = builder.proto().toBuilder();
    proto
        .getGraphBuilder()
        .addInitializerBuilder()
        .setName("w")
        .setDataType(DataType.FLOAT32.onnx())
        .addDims(2)
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(StringStringEntryProto.newBuilder().setKey("location").setValue("w"));
    Path file = Files.write(folder.resolve("model.onnx"), proto.build().toByteArray());
    Map<String, Tensor> ones = Map.of("x", Tensor.of(new float[] {1, 1}, 2));
    write(folder.resolve("w"), 2);
    try (OpenClSession first = load(ModelSource.of(file), LoadOptions.DEFAULT);
        OpenClSession same = load(ModelSource.of(file), LoadOptions.DEFAULT)) {
      haveTheSame(first, same);
      assertThat(engine.modelCount()).isOne();
      Files.delete(folder.resolve("w"));
      write(folder.resolve("w"), 3);
      try (OpenClSession changed = load(ModelSource.of(file), LoadOptions.DEFAULT)) {
        assertThat(changed.run(ones).values()).containsExactly(Tensor.of(new float[] {3, 3}, 2));
        assertThat(first.run(ones).values()).containsExactly(Tensor.of(new float[] {2, 2}, 2));
      }
    }
    assertThat(engine.modelCount()).isZero();
  }

  private static void write(Path file, float value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putFloat(value).putFloat(value).array());
  }
}
