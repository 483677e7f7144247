package io.gpuinfer.benchmarks.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapacityProgramTest {

  private static final String MODELS = "../../routes/src/main/resources/models";

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

  @Test
  void shouldPlanForARateAndADeadline() {
    int exit =
        run(
            "--models",
            MODELS,
            "minilm",
            "--tokens",
            "16",
            "--batch",
            "2",
            "--rate",
            "5",
            "--deadline",
            "10000");

    assertThat(text(messages)).contains("timing batches");
    assertThat(exit).isZero();
    assertThat(text(results))
        .contains("minilm, items of 16 tokens (100%)")
        .containsPattern("complexity +0\\.3\\d\\d GFLOP")
        .containsPattern("Devices needed with a deadline of 10000 ms: 1;");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--rate 0",
        "--tokens 128-16",
        "--tokens 1024",
        "--fast",
        "--gflops 5",
        "minilm=0",
        "--shape 3x",
        "--items"
      })
  void shouldRefuseArgumentsThatMakeNoSense(String arguments) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(text(messages)).isNotBlank();
    assertThat(text(results)).isEmpty();
  }

  @Test
  void shouldPadTextsToTheLengthsThatTheEmbeddingTaskPadsThemTo() {
    assertThat(TokenLengths.parse("16-128").padded())
        .isEqualTo(Map.of(16, 1, 32, 16, 48, 16, 64, 16, 80, 16, 96, 16, 112, 16, 128, 16));
    assertThat(TokenLengths.parse("129").padded()).isEqualTo(Map.of(160, 1));
    assertThat(TokenLengths.parse("20").padded()).isEqualTo(Map.of(32, 1));
  }

  @Test
  void shouldReadRolesAndItemsOfAModel() {
    ModelChoice choice = ModelChoice.parse("ppocr/recognition=12");

    assertThat(choice.entry()).isEqualTo("ppocr");
    assertThat(choice.role()).contains("recognition");
    assertThat(choice.itemsPerRequest()).isEqualTo(12);
  }

  @Test
  void shouldWriteJson() {
    assertThat(Json.of(Map.of("a \"b\"\n", List.of(1.5, 2, true, Double.POSITIVE_INFINITY))))
        .isEqualTo("{\"a \\\"b\\\"\\u000a\": [1.5, 2, true, null]}");
  }

  private int run(String... arguments) {
    return CapacityProgram.run(
        new PrintStream(results, true, StandardCharsets.UTF_8),
        new PrintStream(messages, true, StandardCharsets.UTF_8),
        arguments);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
