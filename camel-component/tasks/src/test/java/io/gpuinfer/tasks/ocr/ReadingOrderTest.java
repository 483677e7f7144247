package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines are numbered in the order in which they are to be read. */
class ReadingOrderTest {

  private final List<PlacedLine> lines = new ArrayList<>();

  @Test
  void shouldGoFromTopToBottomAndFromLeftToRightWithinARow() {
    add(50, 5, 100, 20);
    add(10, 42, 60, 14);
    add(300, 38, 60, 14);
    add(10, 90, 200, 14);

    assertOrder();
  }

  @Test
  void shouldKeepLinesApartThatOnlyOverlapALittle() {
    add(100, 10, 60, 14);
    add(10, 19, 60, 14);

    assertOrder();
  }

  @Test
  void shouldReadColumnsOneAfterTheOther() {
    add(10, 10, 600, 30);
    column(10, 60, 290, 5);
    column(330, 60, 280, 5);
    add(10, 170, 600, 14);

    assertOrder();
  }

  /** Baselines of columns that were set apart do not align, and their lengths differ. */
  @Test
  void shouldReadColumnsThatDoNotAlign() {
    column(10, 60, 290, 4);
    column(330, 53, 280, 9);

    assertOrder();
  }

  @Test
  void shouldReadThreeColumnsAndThoseBelowAnotherHeading() {
    add(10, 10, 900, 30);
    column(10, 60, 290, 4);
    column(330, 60, 280, 4);
    column(640, 60, 280, 4);
    add(10, 160, 900, 30);
    column(10, 210, 440, 3);
    column(480, 210, 440, 3);

    assertOrder();
  }

  /** The cells of a table are short, and do not fill their columns. */
  @Test
  void shouldReadTablesRowByRow() {
    for (int row = 0; row < 5; row++) {
      add(10, 10 + 20 * row, 150 + 20 * row, 14);
      add(400, 10 + 20 * row, 45, 14);
    }

    assertOrder();
  }

  @Test
  void shouldPutAThousandLinesInOrderAtOnce() {
    column(10, 0, 300, 500);
    column(330, 7, 300, 500);

    assertOrder();
  }

  private void column(double x, double y, double width, int count) {
    for (int i = 0; i < count; i++) {
      add(x, y + 20 * i, i % 4 == 3 ? width / 2 : width, 14);
    }
  }

  private void add(double x, double y, double width, double height) {
    lines.add(new PlacedLine(lines.size(), x, x + width, y, y + height));
  }

  private void assertOrder() {
    List<PlacedLine> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, new Random(1));

    assertThat(ReadingOrder.of(shuffled)).isEqualTo(lines);
  }
}
