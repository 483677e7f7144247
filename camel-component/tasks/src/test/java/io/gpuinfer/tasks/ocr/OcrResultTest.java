package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OcrResultTest {

  private final OcrResult result =
      new OcrResult(
          90,
          List.of(
              line("Heading", 0), line("One line, and", 1), line("another", 1), line("End", 2)));

  @Test
  void shouldPartParagraphsInItsText() {
    assertThat(result.text()).isEqualTo("Heading\n\nOne line, and\nanother\n\nEnd");
    assertThat(new OcrResult(0, List.of()).text()).isEmpty();
  }

  @Test
  void shouldBeOneLineInALog() {
    assertThat(result).hasToString("4 lines at 90.0°: Heading One line, and another End");
    assertThat(result.lines().get(0)).hasToString("'Heading' 0.50 at (3, 2), 90°");
    assertThat(new OcrResult(0, List.of(line("x".repeat(1000), 0))).toString())
        .hasSizeLessThan(100);
  }

  /** Programs read these names. */
  @Test
  void shouldKeepTheNamesOfItsJson() {
    assertThat(OcrAnswer.JSON.of(new OcrResult(90, List.of(line("A", 0)))))
        .isEqualTo(
            "{\"angle\":90.0,\"lines\":[{\"text\":\"A\",\"score\":0.5,\"angle\":90.0,\"paragraph\":0,"
                + "\"box\":[{\"x\":3.0,\"y\":2.0},{\"x\":3.0,\"y\":9.0},{\"x\":1.0,\"y\":9.0},"
                + "{\"x\":1.0,\"y\":2.0}]}]}");
  }

  private static OcrLine line(String text, int paragraph) {
    return new OcrLine(
        text,
        0.5,
        90,
        paragraph,
        List.of(new Point(3, 2), new Point(3, 9), new Point(1, 9), new Point(1, 2)));
  }
}
