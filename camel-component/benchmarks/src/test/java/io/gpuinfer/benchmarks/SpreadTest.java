package io.gpuinfer.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void shouldTakeTheMiddleOfAnOddNumberOfValues() {
    assertThat(Spread.of(9, 1, 5).median()).isEqualTo(5);
  }

  @Test
  void shouldTakeTheMeanOfTheTwoInTheMiddleOfAnEvenNumber() {
    assertThat(Spread.of(4, 1, 2, 9).median()).isEqualTo(3);
  }

  @Test
  void shouldLeaveATenthOfTheValuesOutOnEachSide() {
    Spread spread = Spread.of(IntStream.rangeClosed(0, 10).mapToDouble(i -> 10 - i).toArray());

    assertThat(spread.low()).isCloseTo(1, within(1e-9));
    assertThat(spread.high()).isCloseTo(9, within(1e-9));
  }

  @Test
  void shouldSpreadOneValueNowhere() {
    assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7));
  }

  @Test
  void shouldPairTheRoundsOfARace() {
    Comparison comparison = Comparison.of(new double[] {1, 2, 4}, new double[] {3, 2, 2}, 0);

    assertThat(comparison.ratio()).isEqualTo(1);
    assertThat(comparison.pairs().median()).isEqualTo(1);
    assertThat(comparison.pairs().high()).isGreaterThan(2);
  }
}
