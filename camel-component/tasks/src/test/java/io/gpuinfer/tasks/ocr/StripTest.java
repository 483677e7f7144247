package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.image.Picture;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StripTest {

  private static final Quad BOX =
      Quad.of(List.of(new Point(0, 0), new Point(9, 0), new Point(9, 4), new Point(0, 4)));
  private static final Picture PICTURE =
      Picture.of(new BufferedImage(10, 5, BufferedImage.TYPE_INT_RGB));

  private final Strip strip = new Strip();

  @ParameterizedTest
  @CsvSource({"1, 1024", "1024, 1024", "1025, 1536", "1537, 2048", "2049, 3072", "3100, 4096"})
  void shouldRoundItsColumnsUpToFewLengths(int columns, int rounded) {
    strip.add(BOX, columns);

    assertThat(strip.grid(PICTURE).shape()).containsExactly(1, Strip.HEIGHT, rounded, 2);
  }

  @Test
  void shouldLayItsPartsSideBySide() {
    assertThat(strip.add(BOX, 30).from()).isZero();
    assertThat(strip.add(BOX, 20).from()).isEqualTo(30);
    assertThat(strip.columns()).isEqualTo(50);
  }

  @Test
  void shouldCopyAPartOfTheStripIntoItsLineAndTurnItOver() {
    strip.add(BOX, 2);
    Strip.Part part = strip.add(BOX, 3);
    float[] pixels = new float[3 * Strip.HEIGHT * 6];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i;
    }
    Tensor sampled = Tensor.of(pixels, 1, 3, Strip.HEIGHT, 6);
    float[] batch = Strip.batch(2, 5);

    Strip.copy(sampled, part, false, batch, 0, 5);
    Strip.copy(sampled, part, true, batch, 1, 5);

    int line = 3 * Strip.HEIGHT * 5;
    assertThat(Arrays.copyOf(batch, 10)).containsExactly(2, 3, 4, 0, 0, 8, 9, 10, 0, 0);
    // The last row of the first channel, from its end.
    int last = 6 * (Strip.HEIGHT - 1);
    assertThat(Arrays.copyOfRange(batch, line, line + 5))
        .containsExactly(last + 4, last + 3, last + 2, 0, 0);
  }
}
