package io.gpuinfer.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.UnsupportedModelException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRuntimeEngineTest {

  private static final int FLOAT = DataType.FLOAT32.onnx();

  private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

  @Test
  void shouldOfferTheHostAsItsOnlyDevice() {
    assertThat(engine.name()).isEqualTo("onnxruntime");
    assertThat(engine.devices())
        .singleElement()
        .satisfies(
            device -> {
              assertThat(device.kind()).isEqualTo(DeviceKind.HOST_CPU);
              assertThat(device.driver()).isEqualTo("ONNX Runtime 1.23.2");
              assertThat(device.computeUnits())
                  .isEqualTo(Runtime.getRuntime().availableProcessors());
              assertThat(device.memoryBytes()).isPositive();
            });
  }

  @Test
  void shouldRefuseADeviceThatItDoesNotHave() {
    LoadOptions options = LoadOptions.builder().device(1).build();

    assertThatExceptionOfType(DeviceOfflineException.class)
        .isThrownBy(() -> engine.load(TinyModel.unary("Abs", FLOAT, 2), options))
        .withMessageContaining("no device 1")
        .withMessageContaining("Host processor");
  }

  @Test
  void shouldDescribeWhatItLoaded() {
    try (InferenceSession session =
        engine.load(TinyModel.unary("Abs", FLOAT, -1, 3), LoadOptions.DEFAULT)) {
      SessionDescription description = session.describe();

      assertThat(description.model()).isEqualTo("tiny.onnx");
      assertThat(description.engine()).isEqualTo("onnxruntime");
      assertThat(description.device()).isEqualTo(session.device());
      assertThat(description.inputs())
          .containsExactly(TensorInfo.of("x", DataType.FLOAT32, TensorInfo.DYNAMIC, 3));
      assertThat(description.outputs())
          .containsExactly(TensorInfo.of("y", DataType.FLOAT32, TensorInfo.DYNAMIC, 3));
      assertThat(description.weightBytes()).isPositive();
      assertThat(description.deviceShare()).isZero();
    }
  }

  @Test
  void shouldNameTheOpenDimensionsAsTheModelDoes() {
    try (InferenceSession session = engine.load(MiniLm.SOURCE, LoadOptions.DEFAULT)) {
      assertThat(session.inputs())
          .extracting(TensorInfo::name)
          .containsExactly("input_ids", "attention_mask", "token_type_ids");
      assertThat(session.inputs())
          .allSatisfy(
              input ->
                  assertThat(input.symbols()).containsExactly("batch_size", "sequence_length"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 1_000, 100_000, 1_000_000, 45_000_000, 90_387_605})
  void shouldRefuseATruncatedModel(int length) throws IOException {
    byte[] model;
    try (InputStream in = MiniLm.SOURCE.opener().open()) {
      model = in.readNBytes(length);
    }

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> engine.load(ModelSource.of("cut.onnx", model), LoadOptions.DEFAULT))
        .withMessageContaining("cut.onnx");
  }

  @Test
  void shouldRefuseAModelInOnnxRuntimesOwnFormat() {
    byte[] header = {24, 0, 0, 0, 'O', 'R', 'T', 'M', 0, 0, 0, 0};

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> engine.load(ModelSource.of("model.ort", header), LoadOptions.DEFAULT))
        .withMessageContaining("no ONNX file");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 1_000, 100_000, 10_000_000})
  void shouldRefuseRandomBytes(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> engine.load(ModelSource.of("noise.onnx", noise), LoadOptions.DEFAULT))
        .withMessageContaining("noise.onnx");
  }

  @Test
  void shouldSurviveDamageAnywhereInAModel() throws IOException {
    byte[] model;
    try (InputStream in = TinyModel.sumOfEqualLengths().opener().open()) {
      model = in.readAllBytes();
    }
    for (int at = 0; at < model.length; at++) {
      byte[] damaged = model.clone();
      damaged[at] ^= 0x55;
      loadOrRefuse(ModelSource.of("damaged.onnx", damaged));
    }
  }

  private void loadOrRefuse(ModelSource source) {
    try (InferenceSession session = engine.load(source, LoadOptions.DEFAULT)) {
      assertThat(session.outputs()).isNotEmpty();
    } catch (ModelLoadException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }

  @Test
  void shouldRefuseAModelOverTheSizeLimit() {
    OnnxRuntimeEngine small = new OnnxRuntimeEngine(new ModelReader(1_000));

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> small.load(MiniLm.SOURCE, LoadOptions.DEFAULT))
        .withMessage("Model all-minilm-l6-v2.onnx is larger than the limit of 1000 bytes");
  }

  @Test
  void shouldReadAModelOfExactlyTheSizeLimit() {
    byte[] model = {1, 2, 3};

    assertThat(new ModelReader(3).read(ModelSource.of("exact", model))).isEqualTo(model);
  }

  @Test
  void shouldSayThatAFileCannotBeRead() {
    ModelSource missing =
        new ModelSource(
            "missing.onnx",
            () -> {
              throw new FileNotFoundException("no such file");
            });

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> engine.load(missing, LoadOptions.DEFAULT))
        .withMessageContaining("missing.onnx")
        .withMessageContaining("no such file");
  }

  @Test
  void shouldNameAnOperatorThatItDoesNotKnow() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> engine.load(TinyModel.unary("Frobnicate", FLOAT, 2), LoadOptions.DEFAULT))
        .withMessageContaining("Frobnicate");
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12}) // STRING, UINT32
  void shouldRefuseInputsOfATypeThatTensorsDoNotHave(int elementType) {
    assertThatExceptionOfType(UnsupportedModelException.class)
        .isThrownBy(
            () -> engine.load(TinyModel.unary("Identity", elementType, 2), LoadOptions.DEFAULT))
        .satisfies(e -> assertThat(e.operators()).singleElement().asString().startsWith("x is a"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNotReadAFileThatAModelNames(boolean fusion, @TempDir Path folder) throws IOException {
    byte[] twoFloats =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).array();
    Path secret = Files.write(folder.resolve("secret.bin"), twoFloats);
    Path relative = Path.of("").toAbsolutePath().relativize(secret);
    LoadOptions options = LoadOptions.builder().fusion(fusion).build();

    for (Path location : List.of(secret, relative)) {
      ModelSource model = TinyModel.weightsInFile(location.toString());
      assertThatExceptionOfType(ModelLoadException.class)
          .isThrownBy(() -> engine.load(model, options))
          .withMessageContaining("load the model from its path");

      Path inFolder =
          Files.write(folder.resolve("model.onnx"), model.opener().open().readAllBytes());
      assertThatExceptionOfType(ModelLoadException.class)
          .isThrownBy(() -> engine.load(ModelSource.of(inFolder), options))
          .withMessageContaining("no path within the model's folder");
    }
  }

  @Test
  void shouldReadWeightsFromTheModelsFolder(@TempDir Path folder) throws IOException {
    byte[] twoFloats =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(2).array();
    Files.write(folder.resolve("weights.bin"), twoFloats);
    byte[] model = TinyModel.weightsInFile("weights.bin").opener().open().readAllBytes();
    Path file = Files.write(folder.resolve("model.onnx"), model);

    try (InferenceSession session = engine.load(ModelSource.of(file), LoadOptions.DEFAULT)) {
      assertThat(session.run(Map.of())).containsEntry("y", Tensor.of(new float[] {1, 2}, 2));
    }
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(
            () ->
                new OnnxRuntimeEngine(new ModelReader(model.length + 7))
                    .load(ModelSource.of(file), LoadOptions.DEFAULT))
        .withMessageContaining("larger than ONNX Runtime takes");
  }

  @Test
  void shouldRunTheWarmUpShapesAtLoad() {
    LoadOptions fitting =
        LoadOptions.builder().warmupShapes(Map.of("x", new long[] {4, 3})).build();
    LoadOptions wrong = LoadOptions.builder().warmupShapes(Map.of("x", new long[] {4, 5})).build();
    ModelSource model = TinyModel.unary("Abs", FLOAT, -1, 3);

    engine.load(model, fitting).close();
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> engine.load(model, wrong))
        .withMessageContaining("FLOAT32[any, 3], got FLOAT32[4, 5]");
  }
}
