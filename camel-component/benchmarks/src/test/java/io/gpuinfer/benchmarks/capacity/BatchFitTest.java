package io.gpuinfer.benchmarks.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchFitTest {

  @Test
  void shouldFindTheLineThatThePointsLieOn() {
    BatchFit fit = BatchFit.of(List.of(point(1, 7), point(2, 9), point(50, 105)));

    assertThat(fit.nanosPerFlop()).isCloseTo(2, within(1e-9));
    assertThat(fit.nanosPerBatch()).isCloseTo(5, within(1e-9));
    assertThat(fit.error(point(10, 50))).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void shouldNotLetALongBatchDecideWhatAShortOneTakes() {
    // The long ones are 5% off to either side: the short one is hit all the same.
    BatchFit fit =
        BatchFit.of(List.of(point(0, 5), point(1000, 0.95 * 2005), point(1000, 1.05 * 2005)));

    assertThat(fit.nanosPerBatch()).isCloseTo(5, withinPercentage(1));
    assertThat(fit.nanosPerFlop()).isCloseTo(2, withinPercentage(1));
  }

  @Test
  void shouldTakeNoTimeBelowNothing() {
    BatchFit bent = BatchFit.of(List.of(point(1, 1), point(10, 30)));

    assertThat(bent.nanosPerBatch()).isZero();
    assertThat(bent.nanosPerFlop()).isBetween(1.0, 3.0);
    assertThat(BatchFit.of(List.of(point(2, 6))).nanosPerFlop()).isCloseTo(3, within(1e-9));
  }

  private static BatchFit.Point point(double flops, double nanos) {
    return new BatchFit.Point(flops, nanos);
  }
}
