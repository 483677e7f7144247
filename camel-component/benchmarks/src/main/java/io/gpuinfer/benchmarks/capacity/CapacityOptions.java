package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.serving.capacity.Roofline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * What a caller of {@code ./capacity} asks for.
 *
 * @param models as {@link ModelChoice} reads them
 * @param repository the folder with the models
 * @param device as {@code DevicePolicy} understands it
 * @param tokens lengths of texts
 * @param shape extents of one item without the batch, for models that do not read texts; empty: the
 *     model's own
 * @param rate requests that arrive in a second; 0 when callers wait for their answers
 * @param concurrency callers
 * @param items requests of each caller
 * @param deadline of a request
 * @param maxBatch items that may share a run
 * @param other the peaks of another device that is meant
 * @param otherBytes memory of that device; 0: as much as this one has
 * @param json whether to print JSON
 * @param check whether to compare with the server
 * @param rounds of the comparison
 */
record CapacityOptions(
    List<ModelChoice> models,
    String repository,
    String device,
    TokenLengths tokens,
    List<Long> shape,
    double rate,
    int concurrency,
    long items,
    Optional<Duration> deadline,
    int maxBatch,
    Optional<Roofline> other,
    long otherBytes,
    boolean json,
    boolean check,
    int rounds) {

  /**
   * @throws IllegalArgumentException when an argument is unknown or has no valid value
   */
  static CapacityOptions parse(String... args) {
    List<ModelChoice> models = new ArrayList<>();
    String repository = "routes/src/main/resources/models";
    String device = "opencl";
    TokenLengths tokens = TokenLengths.parse("16-128");
    List<Long> shape = List.of();
    double rate = 0;
    int concurrency = 16;
    long items = 1000;
    Optional<Duration> deadline = Optional.empty();
    int maxBatch = 16;
    double gigaflops = 0;
    double gigabytes = 0;
    double gibibytes = 0;
    boolean json = false;
    boolean check = false;
    int rounds = 5;
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--models" -> repository = value(option, rest);
        case "--device" -> device = value(option, rest);
        case "--tokens" -> tokens = TokenLengths.parse(value(option, rest));
        case "--shape" -> shape = shape(value(option, rest));
        case "--rate" -> rate = positive(option, rest);
        case "--concurrency" -> concurrency = whole(option, rest);
        case "--items" -> items = whole(option, rest);
        case "--deadline" ->
            deadline = Optional.of(Duration.ofNanos((long) (positive(option, rest) * 1e6)));
        case "--batch" -> maxBatch = whole(option, rest);
        case "--gflops" -> gigaflops = positive(option, rest);
        case "--gbps" -> gigabytes = positive(option, rest);
        case "--gib" -> gibibytes = positive(option, rest);
        case "--rounds" -> rounds = whole(option, rest);
        case "--json" -> json = true;
        case "--check" -> check = true;
        default -> {
          if (option.startsWith("-")) {
            throw new IllegalArgumentException("Unknown option: " + option);
          }
          models.add(ModelChoice.parse(option));
        }
      }
    }
    if (gigaflops > 0 != gigabytes > 0) {
      throw new IllegalArgumentException("--gflops and --gbps belong together");
    }
    if (models.isEmpty()) {
      models.add(ModelChoice.parse("minilm"));
    }
    Optional<Roofline> other =
        gigaflops > 0
            ? Optional.of(new Roofline(gigaflops * 1e9, gigabytes * 1e9))
            : Optional.empty();
    if (check && other.isPresent()) {
      throw new IllegalArgumentException("Only the device that is here can be checked");
    }
    return new CapacityOptions(
        List.copyOf(models),
        repository,
        device,
        tokens,
        shape,
        rate,
        concurrency,
        items,
        deadline,
        maxBatch,
        other,
        (long) (gibibytes * (1L << 30)),
        json,
        check,
        rounds);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return rest.next();
  }

  private static int whole(String option, Iterator<String> rest) {
    String value = value(option, rest);
    if (!value.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException(option + " wants a number above 0, not " + value);
    }
    return Integer.parseInt(value);
  }

  private static double positive(String option, Iterator<String> rest) {
    String value = value(option, rest);
    if (!value.matches("\\d{1,9}(\\.\\d{1,9})?") || Double.parseDouble(value) == 0) {
      throw new IllegalArgumentException(option + " wants a number above 0, not " + value);
    }
    return Double.parseDouble(value);
  }

  private static List<Long> shape(String value) {
    if (!value.matches("[1-9]\\d{0,5}([x×][1-9]\\d{0,5}){0,5}")) {
      throw new IllegalArgumentException("--shape wants extents such as 3x224x224, not " + value);
    }
    return Arrays.stream(value.split("[x×]")).map(Long::valueOf).toList();
  }
}
