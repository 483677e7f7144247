package io.gpuinfer.component;

import io.gpuinfer.serving.repository.ModelRepository;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The versions that operations have put into service. Endpoints that start later join them: a route
 * that is restarted must not bring back what was rolled back.
 */
final class ChosenVersions {

  private final Map<String, String> byModel = new ConcurrentHashMap<>();

  void choose(String model, String version) {
    byModel.put(model, version);
  }

  /** Leaves a model to its highest version again. */
  void forget(String model) {
    byModel.remove(model);
  }

  /** The version that was chosen, or the highest one where there is none, or no more. */
  String of(String model, ModelRepository repository) {
    String version = byModel.get(model);
    return version != null && repository.versions(model).contains(version)
        ? version
        : repository.highest(model);
  }
}
