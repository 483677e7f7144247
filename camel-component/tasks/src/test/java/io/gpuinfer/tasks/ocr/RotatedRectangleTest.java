package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotatedRectangleTest {

  @ParameterizedTest
  @ValueSource(doubles = {0, 7, 30, 44, -20, -44})
  void shouldFindTheRectangleThatPointsFill(double degrees) {
    RotatedRectangle made =
        new RotatedRectangle(new Point(50, 40), 60, 12, Math.toRadians(degrees));
    Quad corners = made.quad();
    Random random = new Random(5);
    Stream<Point> inside =
        Stream.generate(
                () ->
                    corners
                        .topLeft()
                        .towards(corners.topRight(), random.nextDouble())
                        .towards(
                            corners
                                .bottomLeft()
                                .towards(corners.bottomRight(), random.nextDouble()),
                            random.nextDouble()))
            .filter(made::contains)
            .limit(200);
    List<Point> points =
        Stream.concat(corners.corners().stream(), inside)
            .sorted(Comparator.comparingDouble(Point::y).thenComparingDouble(Point::x))
            .toList();

    RotatedRectangle found = RotatedRectangle.around(points);

    assertThat(found.area()).isCloseTo(60 * 12, within(1e-6));
    assertThat(found.shortSide()).isCloseTo(12, within(1e-6));
    assertThat(found.quad().topLeft().distanceTo(corners.topLeft())).isLessThan(1e-6);
    assertThat(found.quad().bottomRight().distanceTo(corners.bottomRight())).isLessThan(1e-6);
  }

  @Test
  void shouldBeFlatAroundPointsOnALineOrAlone() {
    assertThat(RotatedRectangle.around(List.of(new Point(3, 3), new Point(3, 3))).area()).isZero();
    RotatedRectangle line =
        RotatedRectangle.around(List.of(new Point(0, 0), new Point(3, 4), new Point(6, 8)));
    assertThat(line.shortSide()).isCloseTo(0, within(1e-9));
    assertThat(Math.max(line.width(), line.height())).isCloseTo(10, within(1e-9));
  }

  @Test
  void shouldGrowOnAllSides() {
    RotatedRectangle grown = new RotatedRectangle(new Point(0, 0), 10, 4, 0).grownBy(3);

    assertThat(grown.quad().topLeft()).isEqualTo(new Point(-8, -5));
    assertThat(grown.quad().bottomRight()).isEqualTo(new Point(8, 5));
  }
}
