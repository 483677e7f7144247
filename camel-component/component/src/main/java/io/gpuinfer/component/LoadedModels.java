package io.gpuinfer.component;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The models of one component, each loaded once however many endpoints use it, and closed when the
 * last of them lets go.
 */
final class LoadedModels {

  private record Shared(LoadedModel model, int users) {}

  private final ConcurrentHashMap<ModelKey, Shared> models = new ConcurrentHashMap<>();
  private final Function<ModelKey, LoadedModel> loader;

  LoadedModels(Function<ModelKey, LoadedModel> loader) {
    this.loader = loader;
  }

  /** Loads the model, or joins those who use it; each call must be paid back by a release. */
  LoadedModel acquire(ModelKey key) {
    return models.compute(
            key,
            (k, shared) ->
                shared == null
                    ? new Shared(loader.apply(k), 1)
                    : new Shared(shared.model, shared.users + 1))
        .model;
  }

  /** Lets go of a model; the last one to do so closes it. */
  void release(ModelKey key) {
    models.computeIfPresent(
        key,
        (k, shared) -> {
          if (shared.users > 1) {
            return new Shared(shared.model, shared.users - 1);
          }
          shared.model.versions().close();
          return null;
        });
  }

  /** The model, if an endpoint uses it now. */
  Optional<LoadedModel> find(ModelKey key) {
    return Optional.ofNullable(models.get(key)).map(Shared::model);
  }

  /** How many users a model has now. */
  int users(ModelKey key) {
    Shared shared = models.get(key);
    return shared == null ? 0 : shared.users;
  }

  /** All models that are loaded now, by name. */
  List<LoadedModel> all() {
    return models.values().stream()
        .map(Shared::model)
        .sorted(Comparator.comparing(model -> model.key().model()))
        .toList();
  }
}
