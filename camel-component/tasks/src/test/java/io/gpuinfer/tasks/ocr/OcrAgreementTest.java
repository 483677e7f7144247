package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A photograph of a page ({@code page.png} of Debian's {@code python3-skimage}) reads the same on
 * the device as on the host, and as it says to the eye. {@code ./verify} fetches it.
 */
@EnabledIf("isThere")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OcrAgreementTest {

  private static final Path PAGE =
      Path.of(
          System.getProperty("gpu-infer.test-data", "../../.test-data"),
          "python3-skimage/usr/lib/python3/dist-packages/skimage/data/page.png");

  /** As read by a person; half a line at the lower edge is left out. */
  private static final String SAYS =
      """
      Region-based segmentation

      Let us first determine markers of the coins and the
      background. These markers are pixels that we can label
      unambiguously as either object or background. Here,
      the markers are found at the two extreme parts of the
      histogram of grey values:

      >>> markers = np.zeros_like(coins)\
      """;

  private final Map<String, Task> tasks = new HashMap<>();

  static boolean isThere() {
    return Files.exists(PAGE);
  }

  @AfterAll
  void close() {
    tasks.values().forEach(Task::close);
  }

  @Test
  void shouldReadAPageAlikeOnEveryDevice() {
    OcrResult onHost = read("cpu", PAGE);

    assertThat(Devices.all().map(device -> read(device, PAGE).text())).containsOnly(onHost.text());
    assertThat(errorRate(onHost.text())).isLessThan(0.04);
    assertThat(onHost.lines()).allSatisfy(line -> assertThat(line.score()).isBetween(0.85, 1.0));
  }

  /** Letters of ten pixels: of every hundred, turned pages may lose some more. */
  @ParameterizedTest
  @ValueSource(ints = {90, 180, -90, 8, -12})
  void shouldReadAPageHoweverItIsTurned(int degrees) throws IOException {
    OcrResult result = read("cpu", Page.turned(ImageIO.read(PAGE.toFile()), degrees));

    assertThat(errorRate(result.text())).as(result.text()).isLessThan(0.06);
    double off = Math.abs(result.angle() - degrees);
    assertThat(Math.min(off, 360 - off)).isLessThan(2);
    assertThat(result.text().split("\n\n")).hasSize(3);
  }

  private OcrResult read(String device, Object picture) {
    return (OcrResult)
        tasks
            .computeIfAbsent(device, d -> Devices.task(Devices.ppocr(Map.of()), d))
            .submit(picture, TaskCall.of(Priority.NORMAL))
            .toCompletableFuture()
            .join()
            .value();
  }

  /** Edits (Levenshtein, 1966) that make the page's text of what was read, by its length. */
  private static double errorRate(String read) {
    int[] costs = new int[SAYS.length() + 1];
    for (int j = 0; j < costs.length; j++) {
      costs[j] = j;
    }
    for (int i = 1; i <= read.length(); i++) {
      int diagonal = costs[0];
      costs[0] = i;
      for (int j = 1; j < costs.length; j++) {
        int replaced = diagonal + (read.charAt(i - 1) == SAYS.charAt(j - 1) ? 0 : 1);
        diagonal = costs[j];
        costs[j] = Math.min(replaced, Math.min(costs[j], costs[j - 1]) + 1);
      }
    }
    return (double) costs[SAYS.length()] / SAYS.length();
  }
}
