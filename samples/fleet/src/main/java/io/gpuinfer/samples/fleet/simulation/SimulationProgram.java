package io.gpuinfer.samples.fleet.simulation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code samples/fleet/run --simulate}: what larger fleets would do, from what one worker takes.
 */
public final class SimulationProgram {

  private static final String USAGE =
      """
      Usage: samples/fleet/run --simulate [options]

      Simulates fleets of 1 to 64 workers, each with a device of its own, from what one takes.

        --item-ms X      milliseconds of a text in a run of the model; default 4.2
        --run-ms X       milliseconds of a run, however small; default 1
        --poll-ms X      milliseconds of writing the answers of a poll and committing it; default 3
        --run N          the most texts of a run; default 16
        --poll N         the most texts of a poll; default 32
        --rebalance-s X  seconds until a dead worker's partitions have another one; default 8
        --restart-s X    seconds until another worker has taken its place; default 15
      """;

  private static final double LOAD = 0.8;
  private static final double SECONDS = 120;
  private static final double DIES_AT = 60;
  private static final long SEED = 1;

  private final WorkerCost cost;
  private final Death death;

  private SimulationProgram(Map<String, Double> options) {
    cost =
        new WorkerCost(
            options.getOrDefault("--item-ms", 4.2) / 1000,
            options.getOrDefault("--run-ms", 1.0) / 1000,
            options.getOrDefault("--poll-ms", 3.0) / 1000,
            options.getOrDefault("--run", 16.0).intValue(),
            options.getOrDefault("--poll", 32.0).intValue());
    death =
        new Death(
            DIES_AT,
            options.getOrDefault("--rebalance-s", 8.0),
            options.getOrDefault("--restart-s", 15.0));
  }

  /** Ends with status 2 where an option is wrong. */
  public static void main(String... arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.print(USAGE);
      return;
    }
    try {
      new SimulationProgram(parse(arguments)).print();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + System.lineSeparator() + USAGE);
      System.exit(2);
    }
  }

  private static Map<String, Double> parse(String... arguments) {
    Map<String, Double> options = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!arguments[i].matches("--(item-ms|run-ms|poll-ms|run|poll|rebalance-s|restart-s)")) {
        throw new IllegalArgumentException("There is no option " + arguments[i]);
      }
      if (i + 1 == arguments.length || !arguments[i + 1].matches("[0-9]{1,6}(\\.[0-9]{1,6})?")) {
        throw new IllegalArgumentException(arguments[i] + " wants a number");
      }
      options.put(arguments[i], Double.parseDouble(arguments[i + 1]));
    }
    return options;
  }

  private void print() {
    System.out.printf(
        "Simulation. One worker: %.0f texts/s at most. Load: %.0f%% of what all workers can"
            + " do.%n%n",
        cost.peakPerSecond(), 100 * LOAD);
    System.out.println(
        "                                              | a worker dies, back after"
            + " %.0f s".formatted(death.restart()));
    System.out.println(
        "workers partitions  texts/s   p50 ms   p99 ms | longest s  calm again after s");
    for (int workers : List.of(1, 2, 4, 8, 16, 32, 64)) {
      FleetLoad load = load(workers, 4 * workers);
      FleetForecast calm = FleetSimulation.run(cost, load, Optional.empty(), SEED);
      FleetForecast killed = FleetSimulation.run(cost, load, Optional.of(death), SEED);
      System.out.printf(
          "%7d %10d %8.0f %8.0f %8.0f | %9.1f %19.0f%n",
          workers,
          load.partitions(),
          calm.perSecond(),
          1000 * calm.p50(),
          1000 * calm.p99(),
          killed.longest(),
          killed.lastSlow());
    }
    System.out.printf(
        "%n8 workers, the most of which 99 in 100 are answered within a second:%npartitions "
            + " texts/s  of 8 peaks%n");
    for (int partitions : List.of(8, 10, 12, 16, 20, 32, 64)) {
      double most = most(8, partitions);
      System.out.printf(
          "%10d %8.0f %10.0f%%%n", partitions, most, 100 * most / (8 * cost.peakPerSecond()));
    }
  }

  private FleetLoad load(int workers, int partitions) {
    return new FleetLoad(workers, partitions, LOAD * workers * cost.peakPerSecond(), SECONDS);
  }

  /** The highest rate, to 1%, at which 99 of 100 texts are answered within a second. */
  private double most(int workers, int partitions) {
    double most = 0;
    for (int percent = 1; percent <= 100; percent++) {
      double rate = percent / 100.0 * workers * cost.peakPerSecond();
      FleetForecast forecast =
          FleetSimulation.run(
              cost, new FleetLoad(workers, partitions, rate, SECONDS), Optional.empty(), SEED);
      if (forecast.p99() > 1) {
        break;
      }
      most = rate;
    }
    return most;
  }
}
