package io.gpuinfer.samples.fleet.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against formulas, which the simulation does not use. */
class FleetSimulationTest {

  private static final WorkerCost COST = new WorkerCost(0.004, 0.002, 0.005, 16, 32);

  /** The worker with the most partitions is the one that bounds what all can take. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 8", "8, 8", "8, 12", "8, 32", "64, 256", "5, 8"})
  void theWorkerWithTheMostPartitionsBoundsTheRate(int workers, int partitions) {
    int most = (partitions + workers - 1) / workers;
    double bound = COST.peakPerSecond() * partitions / most;

    FleetForecast just = run(new FleetLoad(workers, partitions, 0.95 * bound, 200));
    FleetForecast over = run(new FleetLoad(workers, partitions, 1.05 * bound, 200));

    assertThat(just.perSecond()).isCloseTo(0.95 * bound, withPercentage(1));
    assertThat(over.longest()).isGreaterThan(3 * just.longest());
  }

  @Test
  void oneRequestAtATimeWaitsAsInMD1() {
    WorkerCost alone = new WorkerCost(0.01, 0, 0, 1, 1);

    FleetForecast forecast =
        FleetSimulation.run(alone, new FleetLoad(1, 1, 40, 4000), Optional.empty(), 1);

    // At a load of 0.4, six in ten find nobody before them.
    assertThat(forecast.p50()).isCloseTo(0.01, withPercentage(0.01));
    assertThat(erlang(0.4, forecast.p99() / 0.01 - 1)).isCloseTo(0.99, withPercentage(0.2));
  }

  /**
   * Partitions without a worker: who comes first waits for the rebalance, and for the backlog after
   * it.
   */
  @Test
  void theFirstRequestsAfterADeathWaitForTheRebalance() {
    FleetLoad load = new FleetLoad(4, 16, 2 * COST.peakPerSecond(), 120);

    FleetForecast calm = run(load);
    FleetForecast killed = FleetSimulation.run(COST, load, Optional.of(new Death(60, 7, 15)), 1);

    assertThat(calm.longest()).isLessThan(1);
    assertThat(killed.longest()).isBetween(7.0, 7.0 + 7.0);
    assertThat(killed.lastSlow()).isBetween(6.0, 30.0);
    assertThat(killed.perSecond()).isCloseTo(calm.perSecond(), withPercentage(1));
  }

  @Test
  void theSameSeedGivesTheSameForecast() {
    FleetLoad load = new FleetLoad(3, 12, 300, 30);
    assertThat(run(load)).isEqualTo(run(load));
  }

  private static FleetForecast run(FleetLoad load) {
    return FleetSimulation.run(COST, load, Optional.empty(), 1);
  }

  /** The share of requests in M/D/1 that wait for at most so many services (Erlang, 1909). */
  private static double erlang(double load, double services) {
    double sum = 0;
    double term = 1;
    for (int k = 0; k <= services; k++) {
      double x = load * (k - services);
      double factorial = 1;
      for (int i = 2; i <= k; i++) {
        factorial *= i;
      }
      term = Math.pow(x, k) / factorial * Math.exp(-x);
      sum += term;
    }
    return (1 - load) * sum;
  }
}
