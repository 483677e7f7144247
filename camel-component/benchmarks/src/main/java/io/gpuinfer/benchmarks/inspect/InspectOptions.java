package io.gpuinfer.benchmarks.inspect;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a caller of {@code ./inspect} asks for.
 *
 * @param model a file, a folder, or a name in the repository
 * @param repository the folder with the models
 * @param shapes of the request that is counted, by input name
 * @param peaks whether to measure the devices' peaks
 * @param json whether to print JSON
 */
record InspectOptions(
    String model, String repository, Map<String, long[]> shapes, boolean peaks, boolean json) {

  private static final Pattern SHAPE =
      Pattern.compile("([^=]+)=((?:[1-9]\\d{0,5})(?:[x×][1-9]\\d{0,5}){0,7})");

  /**
   * @throws IllegalArgumentException when an argument is unknown or has no valid value
   */
  static InspectOptions parse(String... args) {
    String model = null;
    String repository = "routes/src/main/resources/models";
    Map<String, long[]> shapes = new LinkedHashMap<>();
    boolean peaks = true;
    boolean json = false;
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--repository" -> repository = value(option, rest);
        case "--shape" -> addShape(shapes, value(option, rest));
        case "--no-peaks" -> peaks = false;
        case "--json" -> json = true;
        default -> {
          if (option.startsWith("-")) {
            throw new IllegalArgumentException("Unknown option: " + option);
          }
          if (model != null) {
            throw new IllegalArgumentException("One model at a time, not " + option + " as well");
          }
          model = option;
        }
      }
    }
    if (model == null) {
      throw new IllegalArgumentException("Which model? ./inspect --help tells more");
    }
    return new InspectOptions(model, repository, shapes, peaks, json);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return rest.next();
  }

  private static void addShape(Map<String, long[]> shapes, String value) {
    Matcher shape = SHAPE.matcher(value);
    if (!shape.matches()) {
      throw new IllegalArgumentException(
          "--shape wants an input and its extents, such as input_ids=1x128, not " + value);
    }
    shapes.put(
        shape.group(1),
        Arrays.stream(shape.group(2).split("[x×]")).mapToLong(Long::parseLong).toArray());
  }
}
