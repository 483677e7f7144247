package io.gpuinfer.samples.fleet.run;

import io.gpuinfer.samples.fleet.worker.FleetWorker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Workers as processes, each with its own device, which on a machine without GPUs is PoCL. */
final class FleetWorkers implements AutoCloseable {

  static final Duration LONGEST_START = Duration.ofMinutes(3);

  private static final String READY = " is ready";

  private final Path logs;
  private final WorkerSettings settings;
  private final Map<String, ChildProcess> running = new LinkedHashMap<>();
  private final Map<String, Integer> starts = new HashMap<>();

  /**
   * @param logs the folder for their logs
   */
  FleetWorkers(Path logs, WorkerSettings settings) {
    this.logs = logs;
    this.settings = settings;
  }

  /**
   * Starts a worker, and does not wait for it.
   *
   * @param place such as {@code worker-1}: who comes there later has another name
   * @param more options of this one
   * @return the worker's name, which its answers carry
   */
  synchronized String start(String place, Map<String, String> more) {
    String name = place + "." + starts.merge(place, 1, Integer::sum);
    List<String> arguments = new ArrayList<>(List.of("-Xmx1g", "-XX:+UseG1GC"));
    if (Runtime.version().feature() >= 22) {
      arguments.add("--enable-native-access=ALL-UNNAMED");
    }
    settings
        .with(more)
        .with(Map.of("fleet.worker", name))
        .options()
        .forEach((option, value) -> arguments.add("-D" + option + "=" + value));
    arguments.addAll(List.of("-cp", settings.classPath(), FleetWorker.class.getName()));
    Map<String, String> environment =
        Map.of("POCL_MAX_PTHREAD_COUNT", Integer.toString(settings.threads()));
    Path log = logs.resolve(name + ".log");
    running.put(name, new ChildProcess(name, log, arguments, environment));
    return name;
  }

  String start(String place) {
    return start(place, Map.of());
  }

  void awaitReady(String worker) {
    process(worker).await(worker + READY, LONGEST_START);
  }

  void awaitLog(String worker, String text) {
    process(worker).await(text, LONGEST_START);
  }

  /** Ends it as {@code kill -9} does. */
  void kill(String worker) {
    remove(worker).kill();
  }

  /** Lets it finish its poll, and leave the group. */
  void stop(String worker) {
    remove(worker).close();
  }

  private synchronized ChildProcess process(String worker) {
    return running.get(worker);
  }

  private synchronized ChildProcess remove(String worker) {
    return running.remove(worker);
  }

  /**
   * Names of those that were started and neither stopped nor killed, in the order of their starts.
   */
  synchronized List<String> names() {
    return List.copyOf(running.keySet());
  }

  /** Fails where a worker has ended that nobody ended. */
  synchronized void check() {
    running.forEach(
        (name, process) -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(
                "%s has ended by itself; see %s".formatted(name, logs.resolve(name + ".log")));
          }
        });
  }

  @Override
  public synchronized void close() {
    running.values().forEach(ChildProcess::close);
    running.clear();
  }
}
