package io.gpuinfer.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadLabTest {

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  @TempDir private Path folder;

  @Test
  void shouldMeasureAndDrawASmallRun() throws Exception {
    // DJL must be the first to use ONNX Runtime in a process, which other tests may have been.
    int exit = run("--seconds", "1", "--rounds", "1", "--levels", "50,400", "--no-djl");

    assertThat(exit).as(text(messages)).isZero();
    assertThat(text(results))
        .containsPattern("(?m)^\\| peak .* 100% \\|")
        .containsPattern("(?m)^\\| 400 % ")
        .containsPattern("(?m)^\\| ONNX Runtime +\\| +\\d")
        .containsPattern("(?m)^\\| tensor of 4 +\\| +\\d");
    // Without its scripts, so that a failure need not print a million characters.
    String page = Files.readString(folder.resolve("load/report.html"));
    assertThat(page.replaceAll("(?s)<script>.*?</script>", ""))
        .contains("\"name\":\"400 %\"")
        .doesNotContain("/* data */")
        .doesNotContainPattern("(src|href)=");
    assertThat(page.length()).isGreaterThan(1_000_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--rounds 0",
        "--rounds",
        "--levels 20,x",
        "--mix 10/20/30",
        "--mix 10-20",
        "--soak -1",
        "--fast"
      })
  void shouldRefuseArgumentsThatMakeNoSense(String arguments) throws Exception {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(text(messages)).isNotBlank();
    assertThat(text(results)).isEmpty();
  }

  private int run(String... arguments) throws Exception {
    return LoadLab.run(
        new PrintStream(results, true, StandardCharsets.UTF_8),
        new PrintStream(messages, true, StandardCharsets.UTF_8),
        folder.resolve("load/report.html"),
        arguments);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }
}
