package io.gpuinfer.component;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.serving.version.ChangeRefusedException;
import io.gpuinfer.serving.version.SwapMode;
import io.gpuinfer.serving.version.VersionedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes the versions of the models of one component, by name.
 *
 * <p>A change takes in all that is loaded of a model, on whichever devices, but for what endpoints
 * have pinned to a version. A swap is made when the version is ready on all of them, or not at all.
 * What cannot be done so is done on one after the other, and ends with the first failure. Each
 * blocks until it is done.
 */
final class ModelOperations {

  private static final Logger LOG = LoggerFactory.getLogger(ModelOperations.class);

  private final Supplier<ModelRepository> repository;
  private final LoadedModels models;
  private final ChosenVersions chosen;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  /**
   * @param repository where versions are, asked for at each operation
   * @param chosen told which version endpoints that start later are to have
   */
  ModelOperations(
      Supplier<ModelRepository> repository, LoadedModels models, ChosenVersions chosen) {
    this.repository = repository;
    this.models = models;
    this.chosen = chosen;
  }

  ModelStatus status(String model) {
    List<ModelStatus.Serving> serving =
        loaded(model).stream()
            .map(
                loaded ->
                    new ModelStatus.Serving(
                        loaded.key().device(),
                        loaded.type().name(),
                        loaded.state(),
                        !loaded.key().followsVersions(),
                        loaded.versions().status()))
            .toList();
    return new ModelStatus(model, repository.get().versions(model), serving);
  }

  /** Of all models that started endpoints use, by name. */
  List<ModelStatus> all() {
    return models.all().stream()
        .map(loaded -> loaded.key().model())
        .distinct()
        .map(this::status)
        .toList();
  }

  /** One for each way in which started endpoints use a model and a version is loaded. */
  List<ModelDescription> descriptions(String model) {
    return loaded(model).stream().flatMap(loaded -> loaded.description().stream()).toList();
  }

  /**
   * @param version null for the highest one in the repository
   */
  ModelStatus load(String model, String version) {
    String wanted = wanted(model, version);
    return change(model, followers -> inTurn(followers, versions -> versions.load(wanted)));
  }

  /**
   * @param version null for the highest one in the repository
   */
  ModelStatus swap(String model, String version, SwapMode mode) {
    String wanted = wanted(model, version);
    return change(model, followers -> swap(followers, wanted, mode));
  }

  /** As {@link #swap}, to a version that may take other inputs. */
  ModelStatus force(String model, String version, SwapMode mode) {
    String wanted = wanted(model, version);
    return change(model, followers -> forced(followers, () -> swap(followers, wanted, mode)));
  }

  ModelStatus rollback(String model, SwapMode mode) {
    return change(
        model,
        followers -> forced(followers, () -> swap(followers, previous(model, followers), mode)));
  }

  ModelStatus unload(String model) {
    return change(model, followers -> inTurn(followers, VersionedModel::unload));
  }

  /** What is loaded of a model and changes versions. */
  List<LoadedModel> followers(String model) {
    return loaded(model).stream().filter(loaded -> loaded.key().followsVersions()).toList();
  }

  private List<LoadedModel> loaded(String model) {
    return models.all().stream().filter(loaded -> loaded.key().model().equals(model)).toList();
  }

  private String wanted(String model, String version) {
    if (version == null) {
      return repository.get().highest(model);
    }
    if (!GpuInferComponent.isName(version)) {
      throw new InvalidInputException(
          "A version is a name of letters, digits, dots, dashes and underscores, but is: "
              + version);
    }
    return version;
  }

  /** One version for all, even where they did not have the same one before. */
  private static String previous(String model, List<LoadedModel> followers) {
    return followers.stream()
        .map(follower -> follower.versions().status().previous())
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow(
            () ->
                new ChangeRefusedException(
                    "No other version of model %s has served, so there is none to roll back to"
                        .formatted(model)));
  }

  private ModelStatus change(String model, Consumer<List<LoadedModel>> change) {
    List<LoadedModel> followers = followers(model);
    if (followers.isEmpty()) {
      throw new ChangeRefusedException(
          "No started endpoint of this component uses model %s without naming its version"
              .formatted(model));
    }
    // Else two changes could leave different versions on different devices.
    if (!busy.add(model)) {
      throw new ChangeRefusedException(
          "Another change of model %s is going on; try again when it has ended".formatted(model));
    }
    try {
      change.accept(followers);
    } finally {
      busy.remove(model);
    }
    String served = followers.get(0).versions().status().served();
    if (served != null) {
      chosen.choose(model, served);
    }
    return status(model);
  }

  private static void swap(List<LoadedModel> followers, String version, SwapMode mode) {
    if (mode == SwapMode.BESIDE) {
      swapTogether(followers, version);
    } else {
      inTurn(followers, versions -> versions.swap(version, mode));
    }
  }

  private static void forced(List<LoadedModel> followers, Runnable change) {
    Runnable all = change;
    for (LoadedModel follower : followers) {
      Runnable inner = all;
      all = () -> follower.inputs().withOthers(inner);
    }
    all.run();
  }

  private static void swapTogether(List<LoadedModel> followers, String version) {
    List<VersionedModel<LoadedVersion>.Prepared> ready = new ArrayList<>();
    try {
      for (LoadedModel follower : followers) {
        ready.add(follower.versions().prepare(version));
      }
      ready.forEach(VersionedModel.Prepared::serve);
    } finally {
      ready.forEach(VersionedModel.Prepared::close);
    }
  }

  private static void inTurn(
      List<LoadedModel> followers, Consumer<VersionedModel<LoadedVersion>> change) {
    List<String> changed = new ArrayList<>();
    for (LoadedModel follower : followers) {
      ModelKey key = follower.key();
      try {
        change.accept(follower.versions());
      } catch (RuntimeException | Error e) {
        if (!changed.isEmpty()) {
          LOG.warn(
              "Model {} was changed on {} but not on {}, and now differs between them",
              key.model(),
              changed,
              key.device());
        }
        throw e;
      }
      changed.add(key.device());
    }
  }
}
