package io.gpuinfer.samples.fleet.run;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How workers run.
 *
 * @param classPath of a worker
 * @param threads of each worker's device, where that is PoCL
 * @param options by their names in {@code application.properties}
 */
record WorkerSettings(String classPath, int threads, Map<String, String> options) {

  WorkerSettings {
    options = Map.copyOf(options);
  }

  /** The same with these options, too. */
  WorkerSettings with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.putAll(more);
    return new WorkerSettings(classPath, threads, all);
  }
}
