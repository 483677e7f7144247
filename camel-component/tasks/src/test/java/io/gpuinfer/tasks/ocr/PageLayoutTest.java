package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageLayoutTest {

  /** A heading, a paragraph of two lines, and one of one line with a note beside it. */
  private static final List<Quad> PAGE =
      List.of(
          box(10, 10, 300, 30),
          box(10, 60, 400, 14),
          box(10, 78, 380, 14),
          box(10, 120, 200, 14),
          box(300, 120, 90, 14));

  @ParameterizedTest
  @ValueSource(doubles = {0, 7, -12, 44, 90, -90, 135, 180})
  void shouldFindTheSameLayoutHoweverThePageIsTurned(double degrees) {
    PageLayout layout = PageLayout.of(PAGE.stream().map(line -> line.turned(degrees)).toList());

    assertThat(Math.floorMod(Math.round(layout.angle() - degrees), 360L)).isZero();
    assertThat(layout.places()).extracting(PageLayout.Place::index).containsExactly(0, 1, 2, 3, 4);
    assertThat(layout.places())
        .extracting(PageLayout.Place::paragraph)
        .containsExactly(0, 1, 1, 2, 2);
  }

  @Test
  void shouldTakeTheDirectionOfMostOfTheText() {
    List<Quad> page =
        Stream.concat(
                PAGE.stream(),
                Stream.of(box(0, 0, 150, 14).turned(90), box(0, 0, 150, 14).turned(3)))
            .toList();

    assertThat(PageLayout.of(page).angle()).isCloseTo(0, within(1e-9));
  }

  @Test
  void shouldTakeAPageWithoutTextForUpright() {
    assertThat(PageLayout.of(List.of())).isEqualTo(new PageLayout(0, List.of()));
  }

  private static Quad box(double x, double y, double width, double height) {
    return new Quad(
        new Point(x, y),
        new Point(x + width, y),
        new Point(x + width, y + height),
        new Point(x, y + height));
  }
}
