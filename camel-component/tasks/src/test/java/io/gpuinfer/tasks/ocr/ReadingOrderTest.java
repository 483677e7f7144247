package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingOrderTest {

  @Test
  void shouldGoFromTopToBottomAndFromLeftToRightWithinARow() {
    Quad title = box(50, 5, 100, 20);
    Quad label = box(10, 42, 60, 14);
    Quad amount = box(300, 38, 60, 14);
    Quad footer = box(10, 90, 200, 14);

    assertThat(ReadingOrder.of(List.of(footer, amount, title, label)))
        .containsExactly(title, label, amount, footer);
  }

  @Test
  void shouldKeepLinesApartThatOnlyOverlapALittle() {
    Quad upper = box(100, 10, 60, 14);
    Quad lower = box(10, 19, 60, 14);

    assertThat(ReadingOrder.of(List.of(lower, upper))).containsExactly(upper, lower);
  }

  private static Quad box(double x, double y, double width, double height) {
    return Quad.of(
        List.of(
            new Point(x, y),
            new Point(x + width, y),
            new Point(x + width, y + height),
            new Point(x, y + height)));
  }
}
