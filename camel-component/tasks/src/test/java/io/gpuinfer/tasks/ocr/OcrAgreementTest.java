package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * A scanned page ({@code page.png} of Debian's {@code python3-skimage}) reads the same on the
 * device as on the host. {@code ./verify} fetches it.
 */
@EnabledIf("isThere")
class OcrAgreementTest {

  private static final Path PAGE =
      Path.of(
          System.getProperty("gpu-infer.test-data", "../../.test-data"),
          "python3-skimage/usr/lib/python3/dist-packages/skimage/data/page.png");

  static boolean isThere() {
    return Files.exists(PAGE);
  }

  @Test
  void shouldReadAScannedPageAlikeOnEveryDevice() {
    String onHost = read("cpu");

    assertThat(onHost).contains("Region-based segmentation", "markers of the coins and the");
    assertThat(Devices.all().map(OcrAgreementTest::read)).containsOnly(onHost);
  }

  private static String read(String device) {
    try (Task task = Devices.task(Devices.ppocr(Map.of()), device)) {
      return ((OcrResult)
              task.submit(PAGE, TaskCall.of(Priority.NORMAL)).toCompletableFuture().join().value())
          .text();
    }
  }
}
