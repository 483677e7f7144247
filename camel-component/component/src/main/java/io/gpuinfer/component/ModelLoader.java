package io.gpuinfer.component;

import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.kernel.KernelSource;
import io.gpuinfer.serving.ModelServer;
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
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.spi.ClassResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a model, picks its device and gets a version of it ready. */
final class ModelLoader implements Function<ModelKey, LoadedModel> {

  private static final Logger LOG = LoggerFactory.getLogger(ModelLoader.class);

  /** How long the requests of a version that was replaced are waited for. */
  private static final Duration DRAIN = Duration.ofMinutes(1);

  private final Supplier<ModelRepository> repository;
  private final ChosenVersions chosen;
  private final TaskFactory tasks;
  private final ClassResolver classes;
  private final Workers workers;
  private final ModelObserver observer;

  /**
   * @param repository where models are found by name, asked for at each load
   * @param chosen which version of a model to begin with
   * @param devices picks devices
   * @param classes finds the classes of kernels
   * @param workers run what belongs to a request but not to the device
   * @param observer hears of each model
   */
  ModelLoader(
      Supplier<ModelRepository> repository,
      ChosenVersions chosen,
      DevicePolicy devices,
      ClassResolver classes,
      Workers workers,
      ModelObserver observer) {
    this.repository = repository;
    this.chosen = chosen;
    this.tasks = new TaskFactory(devices);
    this.classes = classes;
    this.workers = workers;
    this.observer = observer;
  }

  @Override
  public LoadedModel apply(ModelKey key) {
    // Both outlast the versions: a drill goes on, and requests under way count, across a swap.
    FaultDrill drill = new FaultDrill();
    Admission admission = new Admission(key.model(), key.mostUnderWay());
    SameInputs inputs = new SameInputs();
    VersionedModel<LoadedVersion> versions =
        new VersionedModel<>(
            key.model(),
            version -> checked(load(key, version, drill), key, inputs),
            workers.control(),
            DRAIN,
            Clock.systemUTC());
    versions.load(firstVersion(key));
    return new LoadedModel(key, versions, inputs, drill, admission);
  }

  private static LoadedVersion checked(LoadedVersion loaded, ModelKey key, SameInputs inputs) {
    try {
      inputs.require(key.model(), loaded);
      return loaded;
    } catch (RuntimeException | Error e) {
      loaded.close();
      throw e;
    }
  }

  private String firstVersion(ModelKey key) {
    if (isBare(key)) {
      return ModelEntry.bare(key.model()).version();
    }
    if (key.followsVersions()) {
      return chosen.of(key.model(), repository.get());
    }
    return key.uri() == null ? key.version() : single(key).version();
  }

  private ModelEntry find(ModelKey key, String version) {
    if (isBare(key)) {
      return ModelEntry.bare(key.model());
    }
    return key.uri() == null ? repository.get().find(key.model(), version) : single(key);
  }

  /** Whether the model's name is nothing but a name: its task needs none, and there is none. */
  private boolean isBare(ModelKey key) {
    return key.task() == TaskType.KERNEL
        || (!key.task().needsModel()
            && key.followsVersions()
            && repository.get().versions(key.model()).isEmpty());
  }

  private static ModelEntry single(ModelKey key) {
    return ModelRepository.single(key.model(), key.uri());
  }

  private LoadedVersion load(ModelKey key, String version, FaultDrill drill) {
    ModelEntry entry = find(key, version).with(key.settings());
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
        key.task() == TaskType.KERNEL
            ? tasks.create(kernel(key), entry, options, workers.tasks(), workers.answers())
            : tasks.create(key.task(), entry, options, workers.tasks(), workers.answers());
    tellDevices(key, entry.version(), task);
    return new LoadedVersion(entry.version(), observed(key, entry.version(), task));
  }

  /** "Am I on the GPU?" is the first question of whoever starts a route. */
  private static void tellDevices(ModelKey key, String version, Task task) {
    String devices =
        task.servers().stream()
            .flatMap(server -> server.instances().stream())
            .map(instance -> String.valueOf(instance.device()))
            .distinct()
            .collect(Collectors.joining("; "));
    if (!devices.isEmpty()) {
      LOG.info("Model {}: version {} runs on {}", key.model(), version, devices);
    }
  }

  /** A text is the name of a class; Camel has made a bean of what refers to one. */
  private KernelSource kernel(ModelKey key) {
    if (!(key.kernel() instanceof String name)) {
      return KernelSource.ofInstance(key.kernel());
    }
    Class<?> type = classes.resolveClass(name);
    if (type == null) {
      throw new ModelLoadException(
          "There is no class %s, which the option kernel of %s names".formatted(name, key.model()));
    }
    return KernelSource.ofClass(type);
  }

  private Task observed(ModelKey key, String version, Task task) {
    try {
      List<ModelServer> servers = task.servers();
      observer.loaded(key, version, servers);
      return new ObservedTask(task, () -> observer.unloaded(key, version, servers));
    } catch (RuntimeException | Error e) {
      task.close();
      throw e;
    }
  }
}
