package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.DeviceClass;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/**
 * What a caller of the benchmark asks for.
 *
 * @param deviceClass forces a class of kernels; empty: the device's own
 * @param only workloads whose model and shape contain this text
 * @param rounds how often each engine is timed on a workload
 * @param threads of ONNX Runtime
 */
record EngineOptions(Optional<DeviceClass> deviceClass, String only, int rounds, int threads) {

  /**
   * @throws IllegalArgumentException when an argument is unknown or has no valid value
   */
  static EngineOptions parse(String... args) {
    Optional<DeviceClass> deviceClass = Optional.empty();
    String only = "";
    int rounds = 30;
    int threads = 2;
    Iterator<String> rest = Arrays.asList(args).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      switch (option) {
        case "--class" -> deviceClass = Optional.of(deviceClass(value(option, rest)));
        case "--only" -> only = value(option, rest);
        case "--rounds" -> rounds = positive(option, rest);
        case "--threads" -> threads = positive(option, rest);
        default -> throw new IllegalArgumentException("Unknown option: " + option);
      }
    }
    return new EngineOptions(deviceClass, only, rounds, threads);
  }

  /** The same with kernels of that class. */
  EngineOptions with(DeviceClass kernels) {
    return new EngineOptions(Optional.of(kernels), only, rounds, threads);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException(option + " wants a value");
    }
    return rest.next();
  }

  private static DeviceClass deviceClass(String value) {
    return switch (value) {
      case "simd" -> DeviceClass.SIMD;
      case "simt" -> DeviceClass.SIMT;
      default -> throw new IllegalArgumentException("--class is simd or simt, not " + value);
    };
  }

  private static int positive(String option, Iterator<String> rest) {
    String value = value(option, rest);
    if (!value.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(option + " wants a number above 0, not " + value);
    }
    return Integer.parseInt(value);
  }
}
