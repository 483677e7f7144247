package io.gpuinfer.samples.fleet.run;

import java.util.HashMap;
import java.util.Map;

/**
 * What a run does.
 *
 * @param messages that are sent while workers are killed
 * @param workers at a time
 * @param kills of workers
 * @param rounds of turns with one worker and with all; 0 leaves them out
 * @param partitions of the topics
 * @param threads of each worker's device, where that is PoCL
 * @param device that workers choose
 */
record FleetOptions(
    int messages, int workers, int kills, int rounds, int partitions, int threads, String device) {

  static final String USAGE =
      """
      Usage: samples/fleet/run [options]

      Builds what is missing, starts a Kafka broker and workers as processes on this machine alone,
      sends them texts, kills workers under load, and says what became of each id.

        --messages N     texts that are sent while workers are killed; default 2000
        --kills N        workers that are killed with kill -9, one after the other; default 1
        --workers N      workers at a time; default 2
        --rounds N       rounds of the comparison of one worker with all, each of a quarter of
                         the messages, 1000 at most; default 2. The messages come at 80% of
                         the slowest turn's rate; with 0 rounds, all at once
        --partitions N   partitions of each topic; default 8
        --threads N      threads of each worker's device where that is PoCL; default 1
        --device D       device of all workers, as the component has it; default opencl
        --simulate       simulates larger fleets instead, from measured figures; with --help, how
      """;

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  static FleetOptions parse(String... arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!arguments[i].matches("--(messages|kills|workers|rounds|partitions|threads|device)")) {
        throw new IllegalArgumentException("There is no option " + arguments[i]);
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " wants a value");
      }
      given.put(arguments[i], arguments[i + 1]);
    }
    FleetOptions options =
        new FleetOptions(
            number(given, "--messages", 2000, 1, 200_000),
            number(given, "--workers", 2, 1, 64),
            number(given, "--kills", 1, 0, 1000),
            number(given, "--rounds", 2, 0, 100),
            number(given, "--partitions", 8, 1, 1000),
            number(given, "--threads", 1, 1, 1000),
            given.getOrDefault("--device", "opencl"));
    if (options.partitions() < options.workers()) {
      throw new IllegalArgumentException(
          "%d workers want as many partitions, or more: a partition is read by one of them"
              .formatted(options.workers()));
    }
    return options;
  }

  private static int number(
      Map<String, String> given, String name, int otherwise, int least, int most) {
    String text = given.get(name);
    if (text == null) {
      return otherwise;
    }
    int value = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s wants a number from %d to %d, not %s".formatted(name, least, most, text));
    }
    return value;
  }

  /** Messages of a turn of the comparison. */
  int messagesOfTurn() {
    return Math.max(1, Math.min(1000, messages / 4));
  }
}
