package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class QuadTest {

  private static final Point A = new Point(10, 10);
  private static final Point B = new Point(50, 12);
  private static final Point C = new Point(49, 22);
  private static final Point D = new Point(9, 20);

  @Test
  void shouldNameItsCornersByTheirPlace() {
    assertThat(Quad.of(List.of(C, A, D, B))).isEqualTo(new Quad(A, B, C, D));
  }

  @Test
  void shouldReadAHighBoxFromTheTopDown() {
    Quad high =
        Quad.of(List.of(new Point(0, 0), new Point(10, 0), new Point(10, 90), new Point(0, 90)));

    Quad upright = high.upright();

    assertThat(upright.width()).isEqualTo(90);
    assertThat(upright.height()).isEqualTo(10);
    assertThat(upright.topLeft()).isEqualTo(new Point(10, 0));
    assertThat(upright.topRight()).isEqualTo(new Point(10, 90));
    assertThat(new Quad(A, B, C, D).upright()).isEqualTo(new Quad(A, B, C, D));
  }

  @Test
  void shouldStartAtTheOtherEndUpsideDown() {
    assertThat(new Quad(A, B, C, D).upsideDown().topLeft()).isEqualTo(C);
    assertThat(new Quad(A, B, C, D).upsideDown().upsideDown()).isEqualTo(new Quad(A, B, C, D));
  }

  @Test
  void shouldScaleFromPixelEdgeToPixelEdge() {
    Quad pixel =
        new Quad(
            new Point(-0.5, -0.5), new Point(0.5, -0.5), new Point(0.5, 0.5), new Point(-0.5, 0.5));

    assertThat(pixel.scaled(4, 2).topLeft()).isEqualTo(new Point(-0.5, -0.5));
    assertThat(pixel.scaled(4, 2).bottomRight()).isEqualTo(new Point(3.5, 1.5));
  }
}
