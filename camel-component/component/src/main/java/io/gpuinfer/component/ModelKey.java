package io.gpuinfer.component;

import io.gpuinfer.serving.repository.Setting;
import io.gpuinfer.tasks.TaskType;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What makes two endpoints share one loaded model: they name the same model and want it served the
 * same way. Priorities, timeouts and the order of answers are each endpoint's own, and no part of
 * it.
 */
record ModelKey(
    String model,
    String version,
    String uri,
    TaskType task,
    Object kernel,
    Map<String, Setting> settings,
    String device,
    int instances,
    int maxBatchSize,
    Duration maxBatchDelay,
    int queueCapacity,
    double queueGflop,
    Duration watchdog,
    boolean warmup) {

  private static final double GIGA = 1e9;
  private static final Pattern SEPARATOR = Pattern.compile("\\s*,\\s*");

  static ModelKey of(String model, GpuInferConfiguration configuration) {
    return new ModelKey(
        model,
        configuration.getModelVersion(),
        configuration.getModelUri(),
        configuration.getTask(),
        configuration.getKernel(),
        settings(configuration.getSettings()),
        devices(configuration.getDevice()),
        configuration.getInstances(),
        configuration.getMaxBatchSize(),
        Duration.ofMillis(configuration.getMaxBatchDelay()),
        configuration.getQueueCapacity(),
        configuration.getQueueGflop(),
        Duration.ofMillis(configuration.getWatchdog()),
        configuration.isWarmup());
  }

  /** Whether it is served in the highest version, or in the one that an operation has chosen. */
  boolean followsVersions() {
    return version == null && uri == null && kernel == null;
  }

  private static Map<String, Setting> settings(Map<String, Object> values) {
    Map<String, Setting> settings = new HashMap<>();
    collect("", values, settings);
    return Map.copyOf(settings);
  }

  /**
   * What is in a URI is a text; commas make a list of it. Names with dots can have become maps in
   * maps, as Spring Boot makes them of properties.
   */
  private static void collect(String prefix, Map<?, ?> values, Map<String, Setting> settings) {
    values.forEach(
        (key, value) -> {
          String name = prefix + key;
          if (value instanceof Map<?, ?> section) {
            collect(name + ".", section, settings);
          } else {
            List<String> elements = List.of(SEPARATOR.split(value.toString()));
            settings.put(name, new Setting(elements, "option settings." + name));
          }
        });
  }

  private static String devices(String wishes) {
    return Arrays.stream(wishes.toLowerCase(Locale.ROOT).split(","))
        .map(String::strip)
        .collect(Collectors.joining(","));
  }

  /** FLOPs that may wait; 0 for any. */
  double queueWork() {
    return queueGflop * GIGA;
  }

  /** Requests that may be under way: as many as may wait, beside full batches that run. */
  int mostUnderWay() {
    int devices = device.split(",").length;
    return queueCapacity + maxBatchSize * instances * devices;
  }
}
