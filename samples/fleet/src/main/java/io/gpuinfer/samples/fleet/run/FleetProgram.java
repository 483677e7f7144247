package io.gpuinfer.samples.fleet.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code samples/fleet/run}. */
public final class FleetProgram {

  private final FleetOptions options;
  private final long begin = System.nanoTime();

  private FleetProgram(FleetOptions options) {
    this.options = options;
  }

  /** Ends with status 0 when every id was answered, 1 when not, and 2 where an option is wrong. */
  public static void main(String... arguments) throws IOException {
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
    WorkerSettings settings =
        new WorkerSettings(workerPath, options.threads(), Map.of("fleet.device", options.device()));
    say("logs and data are in " + folder);
    try (KafkaBroker broker = new KafkaBroker(folder, brokerPath)) {
      say("starting Kafka at " + broker.address());
      broker.start();
      try (Fleet fleet =
          new Fleet(
              broker.address(),
              new FleetTopics("gpu"),
              options.partitions(),
              folder,
              settings,
              this::say)) {
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
    KillRun.Outcome outcome = new KillRun(fleet).run(options.messages(), options.kills());
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
