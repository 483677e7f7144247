package io.gpuinfer.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches whose work is their rows. */
class BatchTimesTest {

  private static final double MILLI = 1e6;

  private final BatchTimes times = new BatchTimes(new WorkEstimate());
  private final Random random = new Random(3);

  @Test
  void shouldKnowNothingBeforeTheFirstBatch() {
    assertThat(times.expected(Jobs.batch(5))).isZero();
    assertThat(times.slowness()).isEqualTo(1);
    assertThat(times.isSure()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0.05, 10", "1, 8", "8, 0.8", "3, 0", "0, 5"})
  void shouldFindALineThroughNoise(double perRow, double perRun) {
    for (int i = 0; i < 200; i++) {
      learn(1 + random.nextInt(32), perRow, perRun, 0.1);
    }

    assertThat(times.isSure()).isTrue();
    for (int rows : new int[] {1, 8, 32}) {
      double truth = (perRow * rows + perRun) * MILLI;
      double whole = (perRow * 16 + perRun) * MILLI;
      assertThat(times.expected(Jobs.batch(rows))).isCloseTo(truth, within(0.08 * whole));
    }
  }

  @Test
  void shouldFindALineExactlyWithoutNoise() {
    for (int i = 0; i < 200; i++) {
      learn(1 + random.nextInt(32), 2, 7, 0);
    }

    assertThat(times.line().nanosPerWork()).isCloseTo(2 * MILLI, within(0.01 * MILLI));
    assertThat(times.line().nanosPerBatch()).isCloseTo(7 * MILLI, within(0.1 * MILLI));
  }

  @Test
  void shouldTakeTimeForProportionalToWorkWhileAllBatchesAreEqual() {
    for (int i = 0; i < 100; i++) {
      learn(8, 2, 7, 0.1);
    }

    assertThat(times.line().nanosPerBatch()).isZero();
    assertThat(times.expected(Jobs.batch(8))).isCloseTo(23 * MILLI, within(1 * MILLI));
    assertThat(times.isSure()).isFalse();
    assertThat(times.mostNanosPerBatch()).isGreaterThan(20 * MILLI);
    assertThat(times.atBest().nanos(16)).as("all of it may be base").isLessThan(25 * MILLI);
  }

  @Test
  void shouldNeverExpectLessThanNothing() {
    for (int i = 0; i < 50; i++) {
      learn(1, 1, 0, 0);
      learnNanos(10, 100 * MILLI); // grows faster than the work: a line would start below zero
    }

    assertThat(times.line().nanosPerBatch()).isZero();
    assertThat(times.expected(Jobs.batch(1))).isPositive();
  }

  @Test
  void shouldNotExpectLargerBatchesToBeFaster() {
    for (int i = 0; i < 50; i++) {
      learnNanos(1, 20 * MILLI);
      learnNanos(10, 10 * MILLI);
    }

    assertThat(times.line().nanosPerWork()).isZero();
    assertThat(times.line().nanosPerBatch()).isBetween(9 * MILLI, 21 * MILLI);
  }

  @Test
  void shouldKeepWhatItKnowsWhileABusyServerRunsNothingButFullBatches() {
    for (int i = 0; i < 200; i++) {
      learn(1 + random.nextInt(32), 8, 0.8, 0.1);
    }
    for (int i = 0; i < 2000; i++) {
      learn(31 + random.nextInt(2), 8, 0.8, 0.1);
    }

    assertThat(times.expected(Jobs.batch(1))).isCloseTo(8.8 * MILLI, within(12 * MILLI));
    assertThat(times.expected(Jobs.batch(32))).isCloseTo(256.8 * MILLI, within(20 * MILLI));
  }

  @Test
  void shouldKnowWithinTwentyBatchesThatADeviceHasBecomeSlowAndSayThatItIsMeanwhile() {
    for (int i = 0; i < 200; i++) {
      learn(1 + random.nextInt(32), 1, 8, 0.1);
    }
    assertThat(times.slowness()).isCloseTo(1, within(0.2));
    double slowest = 0;
    for (int i = 0; i < 20; i++) {
      learn(1 + random.nextInt(32), 4, 32, 0.1);
      slowest = Math.max(slowest, times.slowness());
    }

    assertThat(slowest).isGreaterThan(1.5);
    assertThat(times.expected(Jobs.batch(16))).isBetween(0.75 * 96 * MILLI, 1.1 * 96 * MILLI);
    for (int i = 0; i < 50; i++) {
      learn(1 + random.nextInt(32), 4, 32, 0.1);
    }
    assertThat(times.slowness()).isCloseTo(1, within(0.2));
  }

  @Test
  void shouldNotBeMisledByOneBatchThatTookVeryLong() {
    for (int i = 0; i < 100; i++) {
      learn(1 + random.nextInt(32), 1, 8, 0.05);
    }
    double before = times.expected(Jobs.batch(16));
    learnNanos(16, 5000 * MILLI);

    assertThat(times.expected(Jobs.batch(16))).isLessThan(1.3 * before);
  }

  @Test
  void shouldNotCountWhatOnlyTheFirstRunOfAShapeTakes() {
    Batch batch = Jobs.batch(1);
    var execution = Jobs.execution(0);
    var planned =
        new io.gpuinfer.engine.Execution(
            execution.device(), 1, 1, 0, 0, 0, 1, (long) (90 * MILLI), 0, 0, 0);

    times.learn(batch, planned, (long) (100 * MILLI));

    assertThat(times.expected(batch)).isCloseTo(10 * MILLI, within(1.0));
  }

  @Test
  void shouldGoByFlopsWhereTheyAreCounted() {
    for (int i = 0; i < 100; i++) {
      int rows = 1 + random.nextInt(8);
      times.learn(
          Jobs.batch(rows), Jobs.execution(1000L * rows), (long) (rows * MILLI + 5 * MILLI));
    }

    assertThat(times.line().nanosPerWork()).isCloseTo(1000, within(50.0));
    assertThat(times.expected(Jobs.batch(4))).isCloseTo(9 * MILLI, within(0.2 * MILLI));
  }

  private void learn(int rows, double perRow, double perRun, double noise) {
    double factor = 1 + noise * (2 * random.nextDouble() - 1);
    learnNanos(rows, (perRow * rows + perRun) * MILLI * factor);
  }

  private void learnNanos(int rows, double nanos) {
    times.learn(Jobs.batch(rows), Jobs.execution(0), (long) nanos);
  }

  @Test
  void shouldBeginWithTheLineThroughTwoRuns() {
    BatchTimes calibrated = new BatchTimes(new WorkEstimate());

    calibrated.calibrate(1000, 5_000, 8000, 19_000);

    assertThat(calibrated.line().nanosPerWork()).isCloseTo(2, within(1e-9));
    assertThat(calibrated.line().nanosPerBatch()).isCloseTo(3_000, within(1e-6));
    assertThat(calibrated.isSure()).isTrue();
  }

  @Test
  void shouldNotBeginWithALineThatFalls() {
    BatchTimes uncalibrated = new BatchTimes(new WorkEstimate());

    uncalibrated.calibrate(1000, 5_000, 8000, 4_000);

    assertThat(uncalibrated.line().nanosPerWork()).isZero();
    assertThat(uncalibrated.isSure()).isFalse();
  }
}
