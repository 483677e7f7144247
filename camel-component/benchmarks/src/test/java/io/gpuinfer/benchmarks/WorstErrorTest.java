package io.gpuinfer.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorstErrorTest {

  @Test
  void shouldMeasureLargeValuesByTheirSizeAndOthersByOne() {
    assertThat(error(new float[] {200, 1}, new float[] {202, 1}))
        .isCloseTo(2 / 202.0, within(1e-6));
    assertThat(error(new float[] {5, 0.01f}, new float[] {5, 0.02f})).isCloseTo(0.01, within(1e-6));
  }

  @Test
  void shouldMeasureAnOutputOfSmallValuesByItsLargest() {
    assertThat(error(new float[] {0.001f, 0.002f}, new float[] {0.002f, 0.002f}))
        .isCloseTo(0.5, within(1e-6));
  }

  @Test
  void shouldNotAcceptWhatIsNoNumberOrOfAnotherShape() {
    assertThat(error(new float[] {Float.NaN, 1}, new float[] {1, 1})).isInfinite();
    assertThat(error(new float[] {1, 1}, new float[] {1, 1, 1})).isInfinite();
    assertThat(WorstError.of(Map.of(), Map.of("y", Tensor.of(new float[1], 1)))).isInfinite();
  }

  private static double error(float[] ours, float[] theirs) {
    return WorstError.of(
        Map.of("y", Tensor.of(ours, ours.length)), Map.of("y", Tensor.of(theirs, theirs.length)));
  }
}
