package io.gpuinfer.benchmarks.video;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What a caller of the video lab asks for.
 *
 * @param clip to be read
 * @param rate frames of each second
 * @param size that frames fit within
 * @param device of the model
 * @param lookAhead frames decoded ahead
 * @param loops how many times the clip follows itself, one measurement for each
 */
record VideoOptions(
    Path clip, double rate, String size, String device, int lookAhead, List<Integer> loops) {

  private static final Path COCKATOO =
      Path.of(
          System.getProperty("gpu-infer.test-data", ".test-data"),
          "python3-imageio/usr/lib/python3/dist-packages/imageio/resources/images/cockatoo.mp4");

  /**
   * @throws IllegalArgumentException when an argument is unknown or has no valid value
   */
  static VideoOptions parse(String... args) {
    Path clip = COCKATOO;
    double rate = 2;
    String size = "1280x720";
    String device = "opencl";
    int lookAhead = 2;
    List<Integer> loops = List.of(1, 4, 16);
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--clip" -> clip = Path.of(value(option, rest));
        case "--rate" -> rate = number(option, value(option, rest));
        case "--size" -> size = value(option, rest);
        case "--device" -> device = value(option, rest);
        case "--look-ahead" -> lookAhead = (int) number(option, value(option, rest));
        case "--threads" -> value(option, rest); // ./bench has told PoCL
        case "--loops" ->
            loops =
                Arrays.stream(value(option, rest).split(","))
                    .map(count -> (int) number(option, count))
                    .toList();
        default -> throw new IllegalArgumentException("Unknown option: " + option);
      }
    }
    return new VideoOptions(clip, rate, size, device, lookAhead, loops);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return rest.next();
  }

  private static double number(String option, String value) {
    if (!value.matches("\\d{1,4}(\\.\\d{1,3})?")) {
      throw new IllegalArgumentException(option + " wants a number, not " + value);
    }
    return Double.parseDouble(value);
  }
}
