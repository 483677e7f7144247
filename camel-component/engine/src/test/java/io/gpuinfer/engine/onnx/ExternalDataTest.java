package io.gpuinfer.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights in files beside the model. */
class ExternalDataTest {

  private static final float[] WEIGHTS = {1.5f, -2, 3.25f, 4};

  @TempDir private Path outside;
  private Path folder;

  @BeforeEach
  void writeWeights() throws IOException {
    folder = Files.createDirectories(outside.resolve("model/parts")).getParent();
    ByteBuffer bytes = ByteBuffer.allocate(16 + 8).order(ByteOrder.LITTLE_ENDIAN).putLong(-1);
    for (float weight : WEIGHTS) {
      bytes.putFloat(weight);
    }
    Files.write(folder.resolve("weights"), bytes.array());
    Files.write(folder.resolve("parts/weights"), bytes.array());
    Files.write(outside.resolve("secret"), bytes.array());
  }

  @ParameterizedTest
  @CsvSource({"weights, 16", "parts/weights, 16", "./weights, ''"})
  void elementsAreReadFromTheModelsFolder(String location, String length) throws IOException {
    assertThat(constant(Map.of("location", location, "offset", "8", "length", length)))
        .isEqualTo(Tensor.of(WEIGHTS, 2, 2));
  }

  @Test
  void aLinkWithinTheFolderIsFollowed() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), Path.of("parts/weights"));

    assertThat(constant(Map.of("location", "link", "offset", "8")))
        .isEqualTo(Tensor.of(WEIGHTS, 2, 2));
  }

  @ParameterizedTest
  @CsvSource({
    "../secret, no path within",
    "parts/../../secret, no path within",
    "parts/../weights, no path within",
    "'', no path within",
    "parts, no file",
    "missing, cannot be read",
    "link, leads out",
    "folderlink/secret, leads out"
  })
  void whatIsNotInTheFolderIsRefused(String location, String message) throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(folder.resolve("folderlink"), outside);

    isRefused(Map.of("location", location, "offset", "8"), message);
  }

  @Test
  void anAbsolutePathIsRefusedEvenIntoTheFolder() {
    isRefused(
        Map.of("location", folder.resolve("weights").toString(), "offset", "8"), "no path within");
  }

  @ParameterizedTest
  @CsvSource({
    "0, '', should have 16 bytes but has 24",
    "8, 12, should have 16 bytes but has 12",
    "12, 16, the file has 24",
    "25, '', the file has 24",
    "9223372036854775807, 16, the file has 24",
    "8, 9223372036854775807, the file has 24",
    "-8, 16, offset -8",
    "8, -16, length -16",
    "x, 16, offset 'x'",
    "8, 1e3, length '1e3'"
  })
  void lengthsThatDoNotFitAreRefused(String offset, String length, String message) {
    isRefused(Map.of("location", "weights", "offset", offset, "length", length), message);
  }

  private void isRefused(Map<String, String> entries, String message) {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> constant(entries))
        .withMessageContaining("model.onnx")
        .withMessageContaining("'w'")
        .withMessageContaining(message);
  }

  /**
   * The tensor that a model reads whose one constant has these entries; empty ones are left out.
   */
  private Tensor constant(Map<String, String> entries) throws IOException {
    ModelBuilder builder = new ModelBuilder(17);
    String weights = builder.constant(Tensor.of(WEIGHTS, 2, 2));
    builder.output(builder.node("Relu", weights).value(), DataType.FLOAT32);
    ModelProto.Builder model = builder.proto().toBuilder();
    TensorProto.Builder tensor = model.getGraphBuilder().getInitializerBuilder(0);
    tensor.clearRawData().setName("w").setDataLocation(DataLocation.EXTERNAL);
    model.getGraphBuilder().getNodeBuilder(0).setInput(0, "w");
    entries.forEach(
        (key, value) -> {
          if (!value.isEmpty()) {
            tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
          }
        });
    Path file = folder.resolve("model.onnx");
    Files.write(file, model.build().toByteArray());
    return OnnxReader.read(ModelSource.of(file)).constants().get("w");
  }
}
