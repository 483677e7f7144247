package io.gpuinfer.component;

import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.tasks.ServingOptions;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskFactory;
import io.gpuinfer.tasks.TaskType;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;

/** Finds a model, picks its device and gets it ready. */
final class ModelLoader implements Function<ModelKey, LoadedModel> {

  private final Supplier<ModelRepository> repository;
  private final TaskFactory tasks;
  private final Workers workers;
  private final ModelObserver observer;

  /**
   * @param repository where models are found by name, asked for at each load
   * @param devices picks devices
   * @param workers run what belongs to a request but not to the device
   * @param observer hears of each model
   */
  ModelLoader(
      Supplier<ModelRepository> repository,
      DevicePolicy devices,
      Workers workers,
      ModelObserver observer) {
    this.repository = repository;
    this.tasks = new TaskFactory(devices);
    this.workers = workers;
    this.observer = observer;
  }

  @Override
  public LoadedModel apply(ModelKey key) {
    ModelEntry entry = entry(key);
    FaultDrill drill = new FaultDrill();
    // The queue holds all that may be under way. Were it shorter, it could refuse the later
    // parts of a list whose first ones have run.
    ServingOptions options =
        ServingOptions.builder(key.device())
            .queueCapacity(key.mostUnderWay())
            .queueWork(key.queueWork())
            .maxBatchSize(key.maxBatchSize())
            .maxBatchDelay(key.maxBatchDelay())
            .instances(key.instances())
            .watchdog(key.watchdog())
            .warmup(key.warmup())
            .drill(drill)
            .listener(observer.listener(key))
            .build();
    Task task =
        observed(
            key,
            entry.version(),
            tasks.create(key.task(), entry, options, workers.tasks(), workers.answers()));
    Admission admission = new Admission(key.model(), key.mostUnderWay());
    return new LoadedModel(key, type(key, entry), entry.version(), task, drill, admission);
  }

  private Task observed(ModelKey key, String version, Task task) {
    List<ModelServer> servers = task.servers();
    observer.loaded(key, version, servers);
    return new ObservedTask(task, () -> observer.unloaded(key, version, servers));
  }

  private ModelEntry entry(ModelKey key) {
    if (key.uri() != null) {
      return ModelRepository.single(key.model(), key.uri());
    }
    return key.version() == null
        ? repository.get().find(key.model())
        : repository.get().find(key.model(), key.version());
  }

  /** What the task turned out to be; the factory has refused a name that is none. */
  private static TaskType type(ModelKey key, ModelEntry entry) {
    return key.task() == TaskType.AUTO
        ? TaskType.valueOf(entry.task().toUpperCase(Locale.ROOT))
        : key.task();
  }
}
