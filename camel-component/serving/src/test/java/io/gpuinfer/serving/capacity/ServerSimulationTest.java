package io.gpuinfer.serving.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forecasts against formulas that the simulation does not use. */
class ServerSimulationTest {

  private static final double MILLI = 1e6;
  private static final int REQUESTS = 400_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.3, 0.6, 0.8})
  void shouldWaitAsLongAsTheFormulasForBatchesOfOneSay(double load) {
    ModelCost model = ModelCost.uniform("m", 0.75 * MILLI, 0.25 * MILLI, 1);

    LatencyForecast latency = only(run(1, Demand.openLoop(model, 1000 * load))).latency();

    DeterministicQueue expected = new DeterministicQueue(load);
    assertThat(latency.meanNanos() / MILLI).isCloseTo(expected.mean(), withinPercentage(2));
    assertThat(latency.p50Nanos() / MILLI).isCloseTo(expected.quantile(0.5), withinPercentage(2));
    assertThat(latency.p90Nanos() / MILLI).isCloseTo(expected.quantile(0.9), withinPercentage(3));
    assertThat(latency.p99Nanos() / MILLI).isCloseTo(expected.quantile(0.99), withinPercentage(4));
  }

  @Test
  void shouldWaitLongerWhereBatchesTakeUnequallyLong() {
    ModelCost uneven = cost(MILLI, 0, 1, 1, Scatter.of(1.5, 0.5));

    LatencyForecast latency = only(run(1, Demand.openLoop(uneven, 800))).latency();

    // Pollaczek–Khinchine: wait = λ·E[S²] / 2(1 − ρ), where E[S²] = (0.5² + 1.5²) / 2 = 1.25.
    assertThat(latency.meanNanos() / MILLI)
        .isCloseTo(1 + 0.8 * 1.25 / (2 * 0.2), withinPercentage(3));
  }

  @Test
  void shouldServeOneQueueByTwoDevices() {
    ModelCost model = ModelCost.uniform("m", MILLI, 0, 1);

    Forecast forecast = run(2, Demand.openLoop(model, 1600));

    // M/M/2 waits ρ²/(1 − ρ²); for M/D/2 Cosmetatos' approximation of 1975, good to 2%.
    double exponential = 0.64 / (1 - 0.64);
    double correction = 1 + 0.2 * (Math.sqrt(4 + 5 * 2) - 2) / (16 * 0.8 * 2);
    assertThat(only(forecast).latency().meanNanos() / MILLI)
        .isCloseTo(1 + exponential / 2 * correction, withinPercentage(3));
    assertThat(forecast.utilisation()).isCloseTo(0.8, withinPercentage(1));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldSettleAtTheBatchThatKeepsUpWithTheRate(int kinds) {
    ModelCost model = cost(0.1 * MILLI, MILLI, 1000, kinds, Scatter.NONE);

    Forecast forecast = run(1, Demand.openLoop(model, 5000));

    // λb/(1 − λa) = 5·1 / (1 − 5·0.1) = 10, half of the time for b.
    assertThat(only(forecast).meanBatch()).isCloseTo(10, withinPercentage(2));
    assertThat(model.settledBatch(5000)).isCloseTo(10, withinPercentage(0.001));
    assertThat(only(forecast).itemsPerSecond()).isCloseTo(5000, withinPercentage(2));
    assertThat(forecast.overheadShare()).isCloseTo(0.5, withinPercentage(2));
  }

  @Test
  void shouldAnswerALoneCallerAfterOneBatchEach() {
    ModelCost model = ModelCost.uniform("m", MILLI, 4 * MILLI, 16);

    ModelForecast forecast = only(run(1, Demand.closedLoop(model, 1)));

    assertThat(forecast.itemsPerSecond()).isCloseTo(200, withinPercentage(0.1));
    assertThat(forecast.latency().p99Nanos()).isCloseTo(5 * MILLI, withinPercentage(0.001));
  }

  @Test
  void shouldServeCallersInTwoBatchesThatTakeTurns() {
    ModelCost model = ModelCost.uniform("m", MILLI, 4 * MILLI, 16);

    ModelForecast forecast = only(run(1, Demand.closedLoop(model, 12)));

    // All 12 in two batches, whoever is in which: 12 / (2·4 + 12·1) in a millisecond.
    assertThat(forecast.itemsPerSecond()).isCloseTo(600, withinPercentage(0.5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void shouldReachThePeakWithMoreCallersThanABatchHolds(int kinds) {
    ModelCost model = cost(MILLI, 4 * MILLI, 16, kinds, Scatter.of(1, 2));

    Forecast forecast = run(3, Demand.closedLoop(model, 1000));

    // 16 / (4 + 16·1) in a millisecond, of three devices, by batches that take 1.5 times as long.
    assertThat(model.peakPerSecond()).isCloseTo(800 / 1.5, withinPercentage(0.001));
    assertThat(only(forecast).itemsPerSecond()).isCloseTo(3 * 800 / 1.5, withinPercentage(1));
    assertThat(only(forecast).meanBatch()).isCloseTo(16, withinPercentage(1));
    assertThat(forecast.utilisation()).isCloseTo(1, withinPercentage(1));
  }

  @Test
  void shouldFollowLittlesLaw() {
    ModelCost model = cost(MILLI, 2 * MILLI, 8, 3, Scatter.of(0.8, 1, 1.7));

    ModelForecast forecast = only(run(2, Demand.closedLoop(model, 30)));

    double inside = forecast.itemsPerSecond() * forecast.latency().meanNanos() / 1e9;
    assertThat(inside).isCloseTo(30, withinPercentage(1));
  }

  @Test
  void shouldConserveTheWaitThatModelsShareOnADevice() {
    ModelCost small = ModelCost.uniform("small", MILLI, 0, 1);
    ModelCost large = ModelCost.uniform("large", 4 * MILLI, 0, 1);

    Forecast forecast = run(1, Demand.openLoop(small, 300), Demand.openLoop(large, 100));

    // Kleinrock's conservation law: Σ ρ·wait = ρ/(1 − ρ) · Σ λ·S²/2, in whatever order.
    double waits =
        0.3 * (forecast.models().get(0).latency().meanNanos() / MILLI - 1)
            + 0.4 * (forecast.models().get(1).latency().meanNanos() / MILLI - 4);
    assertThat(waits).isCloseTo(0.7 / 0.3 * (0.3 * 1 + 0.1 * 16) / 2, withinPercentage(4));
  }

  @Test
  void shouldRunTheOverheadOfOneInstanceBesideTheWorkOfAnother() {
    ModelCost two =
        new ModelCost(
            "m", List.of(new ItemKind("item", 1, 0, 0, MILLI)), MILLI, Scatter.NONE, 0, 0, 1, 2);

    Forecast forecast = run(1, Demand.closedLoop(two, 8));

    assertThat(only(forecast).itemsPerSecond()).isCloseTo(1000, withinPercentage(0.1));
    assertThat(two.peakPerSecond()).isCloseTo(1000, withinPercentage(0.001));
  }

  @Test
  void shouldForecastTheSameForTheSameSeed() {
    Demand demand = Demand.openLoop(cost(MILLI, MILLI, 4, 3, Scatter.of(1, 2)), 300);

    assertThat(new ServerSimulation(List.of(demand), 1, 5).run(10_000))
        .isEqualTo(new ServerSimulation(List.of(demand), 1, 5).run(10_000))
        .isNotEqualTo(new ServerSimulation(List.of(demand), 1, 6).run(10_000));
  }

  @Test
  void shouldEndWhereMoreArrivesThanIsServed() {
    Demand flood = Demand.openLoop(ModelCost.uniform("m", MILLI, 0, 1), 1e6);

    Forecast forecast = new ServerSimulation(List.of(flood), 1, 1).run(10_000);

    assertThat(only(forecast).itemsPerSecond()).isCloseTo(1000, withinPercentage(5));
  }

  private static Forecast run(int devices, Demand... demands) {
    return new ServerSimulation(List.of(demands), devices, 1).run(REQUESTS);
  }

  private static ModelForecast only(Forecast forecast) {
    return forecast.models().get(0);
  }

  /** Kinds of equal cost and share, which do not mix all the same. */
  private static ModelCost cost(
      double nanosPerItem, double nanosPerBatch, int maxBatchSize, int kinds, Scatter scatter) {
    List<ItemKind> alike =
        IntStream.range(0, kinds)
            .mapToObj(kind -> new ItemKind("kind " + kind, 1, 0, 0, nanosPerItem))
            .toList();
    return new ModelCost("m", alike, nanosPerBatch, scatter, 0, 0, maxBatchSize, 1);
  }
}
