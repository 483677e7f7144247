package io.gpuinfer.samples.fleet.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code samples/fleet/run}. */
public final class FleetProgram {

  /** Share of what the slowest turn of the comparison could do, so that one worker keeps up. */
  private static final double LOAD = 0.8;

  private final FleetOptions options;
  private final long begin = System.nanoTime();

  private FleetProgram(FleetOptions options) {
    this.options = options;
  }

  /** Ends with status 0 when every id was answered, 1 when not, and 2 where an option is wrong. */
  public static void main(String... arguments) throws IOException {
    if (List.of(arguments).contains("--help")) {
      System.out.print(FleetOptions.USAGE);
      return;
    }
    FleetOptions options;
    try {
      options = FleetOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + System.lineSeparator() + FleetOptions.USAGE);
      System.exit(2);
      return;
    }
    // The name of the folder with the class paths that the build wrote, and for all that a run
    // writes.
    Path target = Path.of(System.getProperty("fleet.target"));
    System.exit(new FleetProgram(options).run(target) ? 0 : 1);
  }

  private boolean run(Path target) throws IOException {
    Path folder =
        Files.createTempDirectory(Files.createDirectories(target.resolve("runs")), "run-");
    String brokerPath = Files.readString(target.resolve("../broker/target/classpath"));
    String workerPath =
        target.resolve("classes") + ":" + Files.readString(target.resolve("classpath"));
    say("logs and data are in " + folder);
    try (KafkaBroker broker = new KafkaBroker(folder, brokerPath)) {
      say("starting Kafka at " + broker.address());
      broker.start();
      FleetTopics topics = new FleetTopics("gpu");
      WorkerSettings settings =
          new WorkerSettings(workerPath, options.threads(), topics.options(broker.address()))
              .with(Map.of("fleet.device", options.device()));
      FleetWorkers workers = new FleetWorkers(folder, settings);
      try (Fleet fleet =
          new Fleet(broker.address(), topics, options.partitions(), workers, this::say)) {
        return run(fleet);
      }
    }
  }

  private boolean run(Fleet fleet) {
    for (int place = 1; place <= options.workers(); place++) {
      fleet.workers().start("worker-" + place);
    }
    say("starting " + fleet.workers().names());
    fleet.awaitShared();
    List<ScalingRun.Turn> turns =
        new ScalingRun(fleet).run(options.rounds(), options.messagesOfTurn());
    double perSecond =
        LOAD * turns.stream().mapToDouble(ScalingRun.Turn::perSecond).min().orElse(0);
    KillRun.Outcome outcome =
        new KillRun(fleet).run(options.messages(), perSecond, options.kills());
    System.out.println();
    turns.forEach(
        turn ->
            System.out.printf("%d worker(s): %.0f answers/s%n", turn.workers(), turn.perSecond()));
    System.out.print(FleetReport.of(outcome, options.kills()));
    return outcome.lost().isEmpty();
  }

  private void say(String line) {
    System.out.printf("%6.1f s  %s%n", (System.nanoTime() - begin) / 1e9, line);
  }
}
