package io.gpuinfer.benchmarks.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectProgramTest {

  private static final String MODELS = "../../routes/src/main/resources/models";

  @TempDir Path folder;

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return InspectProgram.run(
        new PrintStream(results, true, StandardCharsets.UTF_8),
        new PrintStream(messages, true, StandardCharsets.UTF_8),
        arguments);
  }

  private String results() {
    return results.toString(StandardCharsets.UTF_8);
  }

  private String messages() {
    return messages.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldTellWhatAModelOfTheRepositoryIs() {
    int exit = run("--repository", MODELS, "minilm", "--no-peaks", "--shape", "input_ids=1x16");

    assertThat(exit).isZero();
    assertThat(results())
        .contains("minilm, version 1: task embedding")
        .containsPattern("pooling +mean +\\S*model.yaml, line 8")
        .containsPattern("normalize +true +default")
        .contains("input_ids INT64[batch_size, sequence_length]")
        .contains("all-minilm-l6-v2.onnx")
        .contains("opset 11")
        .contains("onnxruntime");
    if (!new OpenClEngine().devices().isEmpty()) {
      assertThat(results()).contains("attention_mask [1, 16]").containsPattern("\\d launches");
    }
  }

  @Test
  void shouldPrintJson() throws IOException {
    Path model = write(relu(13));

    assertThat(run(model.toString(), "--json")).isZero();

    JsonNode json = new ObjectMapper().readTree(results());
    assertThat(json.path("task").asText()).isEqualTo("TENSOR");
    JsonNode first = json.path("models").path(0);
    assertThat(first.path("operators").path(0).path("name").asText()).isEqualTo("Relu");
    assertThat(first.path("inputs").path(0).path("shape").toString()).isEqualTo("[-1,3]");
    JsonNode host = first.path("devices").path(first.path("devices").size() - 1);
    assertThat(host.path("engine").asText()).isEqualTo("onnxruntime");
    assertThat(host.path("runs").asBoolean()).isTrue();
    if (first.path("devices").size() > 1) {
      assertThat(first.path("devices").path(0).path("cost").path("passes").asInt()).isPositive();
      assertThat(first.path("devices").path(0).path("leastMillis").asDouble()).isPositive();
    }
  }

  @Test
  void shouldNameTheNodesThatNoDeviceRuns() throws IOException {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 3);
    String odd = model.node("org.example.Odd", x).named("the odd one").value();
    model.output(odd, DataType.FLOAT32);

    int exit = run(write(model).toString(), "--no-peaks");

    assertThat(exit).isEqualTo(1);
    assertThat(results())
        .containsPattern("not on OpenCL +org.example.Odd-1 in 1 node, as in the odd one")
        .contains("does not run: ")
        .doesNotContain("    runs");
  }

  @Test
  void shouldWarnOfAFutureOpset() throws IOException {
    run(write(relu(99)).toString(), "--no-peaks");

    assertThat(results()).contains("opset 99 is newer than 23");
    assertThat(results()).as("what ONNX Runtime says").contains("does not run: ");
  }

  @Test
  void shouldReadTheFolderOfAVersion() throws IOException {
    Path version = Files.createDirectories(folder.resolve("net/3"));
    Files.write(version.resolve("relu.onnx"), relu(13).bytes());

    assertThat(run(version.toString(), "--no-peaks")).isZero();
    assertThat(results()).contains("net, version 3: task tensor");

    results.reset();
    assertThat(run(folder.resolve("net").toString(), "--no-peaks")).isZero();
    assertThat(results()).contains("net, version 3: task tensor");

    results.reset();
    assertThat(run("net/3", "--no-peaks", "--repository", folder.toString())).isZero();
    assertThat(results()).contains("net, version 3: task tensor");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 20, 60})
  void shouldSayThatAFileIsDamaged(int length) throws IOException {
    byte[] whole = relu(13).bytes();
    Path file = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, length));

    assertThat(run(file.toString())).isEqualTo(1);
    assertThat(messages()).contains("cut.onnx").doesNotContain("Exception").doesNotContain("\tat ");
    assertThat(results()).isEmpty();
  }

  /** Sparse, so it takes no room on the disk; and nothing reads it to its end. */
  @Test
  void shouldSayThatAFileOf3GiBIsNone() throws IOException {
    Path file = folder.resolve("large.onnx");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      // The graph, of 3 GiB.
      large.write(new byte[] {0x3a, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x0c});
      large.setLength(3L << 30);
    }

    assertThat(run(file.toString())).isEqualTo(1);
    assertThat(messages()).contains("large.onnx").contains("over 2 GiB");
  }

  @Test
  void shouldSayThatThereIsNoSuchModel() {
    assertThat(run("--repository", MODELS, "minilmm")).isEqualTo(1);
    assertThat(messages()).contains("minilmm").contains("[minilm, ppocr]");
    assertThat(run("no/such.onnx")).isEqualTo(1);
    assertThat(messages()).contains("no/such.onnx");
    assertThat(run(folder.toString())).isEqualTo(1);
    assertThat(messages()).contains("no model in");
  }

  @Test
  void shouldRefuseAShapeThatTheModelDoesNotHave() throws IOException {
    String model = write(relu(13)).toString();
    for (String shape : List.of("x=1x4", "x=1x3x1", "y=1x3")) {
      assertThat(run(model, "--shape", shape)).isEqualTo(2);
    }
    assertThat(messages()).contains("x FLOAT32[any, 3]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--json", "--fast m", "m --shape", "m --shape 1x2", "m --shape x=0", "m n"})
  void shouldRefuseArgumentsThatMakeNoSense(String arguments) {
    assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(messages()).isNotBlank();
    assertThat(results()).isEmpty();
  }

  private static ModelBuilder relu(int opset) {
    ModelBuilder model = new ModelBuilder(opset);
    String x = model.input("x", DataType.FLOAT32, ModelBuilder.OPEN, 3);
    model.output(model.node("Relu", x).value(), DataType.FLOAT32);
    return model;
  }

  private Path write(ModelBuilder model) throws IOException {
    return Files.write(folder.resolve("net.onnx"), model.bytes());
  }
}
