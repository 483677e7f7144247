package io.gpuinfer.component;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.serving.repository.RepositoryWatch;
import io.gpuinfer.serving.version.ChangeRefusedException;
import io.gpuinfer.serving.version.SwapMode;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has models follow the files: to a new highest version, and away from one that was removed. */
final class VersionArrivals implements RepositoryWatch.Listener {

  private static final Logger LOG = LoggerFactory.getLogger(VersionArrivals.class);

  private final Supplier<ModelRepository> repository;
  private final ModelOperations operations;
  private final ChosenVersions chosen;

  VersionArrivals(
      Supplier<ModelRepository> repository, ModelOperations operations, ChosenVersions chosen) {
    this.repository = repository;
    this.operations = operations;
    this.chosen = chosen;
  }

  @Override
  public boolean appeared(String model, String version) {
    if (operations.followers(model).isEmpty()) {
      // Not dealt with: a route may be starting right now, with the version that was chosen.
      chosen.forget(model);
      return false;
    }
    LOG.info("Model {}: found version {}", model, version);
    return swap(model, version);
  }

  @Override
  public boolean disappeared(String model, String version) {
    boolean serves =
        operations.followers(model).stream()
            .anyMatch(follower -> follower.version().equals(version));
    if (!serves) {
      return true;
    }
    List<String> left = repository.get().versions(model);
    if (left.isEmpty()) {
      LOG.warn(
          "Model {}: the files of version {} are gone, and there are no others; it serves on",
          model,
          version);
      return true;
    }
    LOG.info("Model {}: the files of version {} are gone", model, version);
    return swap(model, left.get(left.size() - 1));
  }

  /** Whether there is no use in trying it again. */
  private boolean swap(String model, String version) {
    try {
      operations.swap(model, version, SwapMode.BESIDE);
      return true;
    } catch (ChangeRefusedException e) {
      LOG.info("{}", e.getMessage());
      return false;
    } catch (GpuInferException e) {
      LOG.warn(
          "Model {}: version {} is not tried again until its files change: {}",
          model,
          version,
          e.getMessage());
      return true;
    }
  }
}
