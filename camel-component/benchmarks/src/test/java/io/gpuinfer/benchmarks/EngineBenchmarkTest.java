package io.gpuinfer.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineBenchmarkTest {

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

  @Test
  void shouldCompareTheEnginesOnOneWorkload() throws IOException {
    int exit = run("--rounds", "1", "--only", "minilm 1x16");

    assertThat(exit).isZero();
    assertThat(text(results))
        .containsPattern("(?m)^\\| MiniLM +\\| 1×16 .*\\d\\.\\d\\d \\(.*e-0\\d \\| +\\d+%");
    assertThat(text(results))
        .contains("MiniLM: geometric mean of 1 ratios")
        .doesNotContain("1×128");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rounds 0", "--rounds", "--class cpu", "--fast", "--only nothing"})
  void shouldRefuseArgumentsThatMakeNoSense(String arguments) throws IOException {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(text(messages)).isNotBlank();
    assertThat(text(results)).isEmpty();
  }

  private int run(String... arguments) throws IOException {
    return EngineBenchmark.run(
        new PrintStream(results, true, StandardCharsets.UTF_8),
        new PrintStream(messages, true, StandardCharsets.UTF_8),
        arguments);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
