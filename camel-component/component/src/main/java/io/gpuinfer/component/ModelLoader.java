package io.gpuinfer.component;

import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.serving.version.VersionedModel;
import io.gpuinfer.tasks.ServingOptions;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskFactory;
import io.gpuinfer.tasks.TaskType;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds a model, picks its device and gets a version of it ready. */
final class ModelLoader implements Function<ModelKey, LoadedModel> {

  /** How long the requests of a version that was replaced are waited for. */
  private static final Duration DRAIN = Duration.ofMinutes(1);

  private final Supplier<ModelRepository> repository;
  private final ChosenVersions chosen;
  private final TaskFactory tasks;
  private final Executor workers;
  private final Executor closers;

  /**
   * @param repository where models are found by name, asked for at each load
   * @param chosen which version of a model to begin with
   * @param devices picks devices
   * @param workers run what belongs to a request but not to the device
   * @param closers close versions, which may block
   */
  ModelLoader(
      Supplier<ModelRepository> repository,
      ChosenVersions chosen,
      DevicePolicy devices,
      Executor workers,
      Executor closers) {
    this.repository = repository;
    this.chosen = chosen;
    this.tasks = new TaskFactory(devices);
    this.workers = workers;
    this.closers = closers;
  }

  @Override
  public LoadedModel apply(ModelKey key) {
    // Both outlast the versions: a drill goes on, and requests under way count, across a swap.
    FaultDrill drill = new FaultDrill();
    Admission admission = new Admission(key.model(), key.mostUnderWay());
    VersionedModel<LoadedVersion> versions =
        new VersionedModel<>(
            key.model(), version -> load(key, version, drill), closers, DRAIN, Clock.systemUTC());
    versions.load(firstVersion(key));
    return new LoadedModel(key, versions, drill, admission);
  }

  private String firstVersion(ModelKey key) {
    if (key.followsVersions()) {
      return chosen.of(key.model(), repository.get());
    }
    return key.uri() == null ? key.version() : single(key).version();
  }

  private LoadedVersion load(ModelKey key, String version, FaultDrill drill) {
    ModelEntry entry =
        key.uri() == null ? repository.get().find(key.model(), version) : single(key);
    // The queue holds all that may be under way. Were it shorter, it could refuse the later
    // parts of a list whose first ones have run.
    ServingOptions options =
        ServingOptions.builder(key.device())
            .queueCapacity(key.mostUnderWay())
            .maxBatchSize(key.maxBatchSize())
            .warmup(key.warmup())
            .drill(drill)
            .build();
    Task task = tasks.create(key.task(), entry, options, workers);
    return new LoadedVersion(entry.version(), type(key, entry), task);
  }

  private static ModelEntry single(ModelKey key) {
    return ModelRepository.single(key.model(), key.uri());
  }

  /** What the task turned out to be; the factory has refused a name that is none. */
  private static TaskType type(ModelKey key, ModelEntry entry) {
    return key.task() == TaskType.AUTO
        ? TaskType.valueOf(entry.task().toUpperCase(Locale.ROOT))
        : key.task();
  }
}
