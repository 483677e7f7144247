package io.gpuinfer.tasks.video;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Matrices as ISO/IEC 14496-12 has them: x' = a·x + c·y and y' = b·x + d·y, y downwards. */
class RotationTest {

  @ParameterizedTest(name = "{5}")
  @CsvSource({
    "1, 0, 0, 1, '', as it is",
    "0, 1, -1, 0, transpose=clock, a phone held upright",
    "-1, 0, 0, -1, 'hflip,vflip', upside down",
    "0, -1, 1, 0, transpose=cclock, a quarter to the left",
    "-1, 0, 0, 1, hflip, a mirror",
    "1, 0, 0, -1, 'hflip,vflip,hflip', a mirror in the water",
    "0, 1, 1, 0, 'transpose=clock,hflip', x and y exchanged",
    "0.996, 0.087, -0.087, 0.996, '', five degrees",
    "0, 0, 0, 0, '', no matrix"
  })
  void shouldTurnAsTheMatrixSays(
      double a, double b, double c, double d, String filters, String name) {
    int[] matrix = {fixed(a), fixed(b), 0, fixed(c), fixed(d), 0, 0, 0, 1 << 30};

    assertThat(Rotation.of(matrix).filters()).isEqualTo(filters);
  }

  private static int fixed(double number) {
    return (int) Math.round(number * (1 << 16));
  }
}
