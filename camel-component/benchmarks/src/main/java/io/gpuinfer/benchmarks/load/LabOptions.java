package io.gpuinfer.benchmarks.load;

import io.gpuinfer.load.PriorityMix;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What a caller of the load lab asks for.
 *
 * @param length of each level and each turn
 * @param rounds of turns beside the others
 * @param threads of each contestant on the processor
 * @param deadline of each request that is sent at its own time
 * @param levels what is offered, in percent of the peak
 * @param mix of priorities
 * @param seed of texts and times
 * @param djl whether camel-djl takes part
 * @param soak how long to soak instead of all else; zero for not at all
 */
record LabOptions(
    Duration length,
    int rounds,
    int threads,
    Duration deadline,
    List<Integer> levels,
    PriorityMix mix,
    long seed,
    boolean djl,
    Duration soak) {

  private static final List<Integer> LEVELS = List.of(20, 70, 150, 200, 1000);

  /**
   * @throws IllegalArgumentException when an argument is unknown or has no valid value
   */
  static LabOptions parse(String... args) {
    int seconds = 15;
    int rounds = 5;
    int threads = 2;
    int deadlineMillis = 1000;
    List<Integer> levels = LEVELS;
    PriorityMix mix = PriorityMix.DEFAULT;
    int seed = 1;
    boolean djl = true;
    int soakMinutes = 0;
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--seconds" -> seconds = positive(option, value(option, rest));
        case "--rounds" -> rounds = positive(option, value(option, rest));
        case "--threads" -> threads = positive(option, value(option, rest));
        case "--deadline" -> deadlineMillis = positive(option, value(option, rest));
        case "--levels" -> levels = numbers(option, value(option, rest), ",");
        case "--mix" -> mix = mix(option, value(option, rest));
        case "--seed" -> seed = positive(option, value(option, rest));
        case "--no-djl" -> djl = false;
        case "--soak" -> soakMinutes = positive(option, value(option, rest));
        default -> throw new IllegalArgumentException("Unknown option: " + option);
      }
    }
    return new LabOptions(
        Duration.ofSeconds(seconds),
        rounds,
        threads,
        Duration.ofMillis(deadlineMillis),
        levels,
        mix,
        seed,
        djl,
        Duration.ofMinutes(soakMinutes));
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return rest.next();
  }

  private static PriorityMix mix(String option, String value) {
    if (!value.matches("\\d{1,3}/\\d{1,3}/\\d{1,3}")) {
      throw new IllegalArgumentException(option + " wants percents such as 10/60/30, not " + value);
    }
    int[] shares = Arrays.stream(value.split("/")).mapToInt(Integer::parseInt).toArray();
    return new PriorityMix(shares[0], shares[1], shares[2]);
  }

  private static List<Integer> numbers(String option, String value, String separator) {
    return Arrays.stream(value.split(separator)).map(number -> positive(option, number)).toList();
  }

  private static int positive(String option, String value) {
    if (!value.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(option + " wants a number above 0, not " + value);
    }
    return Integer.parseInt(value);
  }
}
