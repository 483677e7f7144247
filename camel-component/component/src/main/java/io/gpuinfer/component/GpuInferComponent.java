package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.repository.ModelRepository;
import io.gpuinfer.serving.repository.RepositoryWatch;
import io.gpuinfer.serving.version.ChangeRefusedException;
import io.gpuinfer.serving.version.ModelUnavailableException;
import io.gpuinfer.serving.version.SwapMode;
import io.gpuinfer.tasks.TaskType;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.util.URISupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the {@code gpu-infer} endpoints, and owns the models and threads that they share. */
@Component("gpu-infer")
public class GpuInferComponent extends HealthCheckComponent {

  /** A name never walks through folders: routes may build URIs from what requests bring. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private static final Logger LOG = LoggerFactory.getLogger(GpuInferComponent.class);

  private static final int MOST_IN_BATCH = 4096;
  private static final int MOST_INSTANCES = 64;
  private static final int MOST_WAITING = 1_000_000;
  private static final long LONGEST_MILLIS = Duration.ofDays(1).toMillis();

  @Metadata(description = "The options that endpoints have where their URI does not set them.")
  private GpuInferConfiguration configuration = new GpuInferConfiguration();

  @Metadata(
      defaultValue = "classpath:models",
      description =
          "Where models are found by name: a folder, a file: URI of one, or classpath: and a path."
              + " It holds a folder for each model, with a folder for each of its versions.")
  private String modelRepository = "classpath:models";

  @Metadata(
      defaultValue = "0",
      javaType = "java.time.Duration",
      description =
          "How often to look for new versions of the models in use, such as 5s, where the"
              + " repository is a folder. A new highest version is swapped in. 0: never.")
  private long watchInterval;

  @Metadata(
      description =
          "Options of models by their names, such as models.reader.device=cpu: what endpoints of"
              + " that name have where their URI does not set it. What is not set here either is as"
              + " the component has it. The options are those of endpoints.")
  private Map<String, Object> models = new HashMap<>();

  private DevicePolicy devices;
  private Workers workers;
  private LoadedModels loaded;
  private ModelOperations operations;
  private RepositoryWatch watch;
  private DeviceHealthCheck deviceCheck;
  private final ModelObservers observers = new ModelObservers();
  private final ModelIds modelIds = new ModelIds();

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    GpuInferConfiguration own = configuration.copy();
    ModelOptions.of(remaining, models).apply(getCamelContext(), own);
    GpuInferEndpoint endpoint = new GpuInferEndpoint(uri, this, remaining, own);
    own.getSettings().putAll(ModelOptions.takeSettings(parameters));
    setProperties(endpoint, parameters);
    validate(remaining, endpoint.getConfiguration());
    if (endpoint.getOperation() != Operation.INFER) {
      refuseFixedVersion(endpoint.getConfiguration());
    }
    return endpoint;
  }

  private static void validate(String model, GpuInferConfiguration configuration) {
    requireName("model", model);
    if (configuration.getModelVersion() != null) {
      requireName("modelVersion", configuration.getModelVersion());
    }
    requireKernel(configuration);
    requireRange("maxBatchSize", configuration.getMaxBatchSize(), 1, MOST_IN_BATCH);
    requireRange("maxBatchDelay", configuration.getMaxBatchDelay(), 0, LONGEST_MILLIS);
    requireRange("instances", configuration.getInstances(), 1, MOST_INSTANCES);
    requireRange("queueCapacity", configuration.getQueueCapacity(), 1, MOST_WAITING);
    requireRange("requestTimeout", configuration.getRequestTimeout(), 1, LONGEST_MILLIS);
    requireRange("watchdog", configuration.getWatchdog(), 1, LONGEST_MILLIS);
    if (!(configuration.getQueueGflop() >= 0)) {
      throw new IllegalArgumentException(
          "queueGflop must not be below 0, but is " + configuration.getQueueGflop());
    }
  }

  private static void requireKernel(GpuInferConfiguration configuration) {
    boolean kernel = configuration.getTask() == TaskType.KERNEL;
    if (kernel != (configuration.getKernel() != null)) {
      throw new IllegalArgumentException(
          kernel
              ? "task=kernel takes the option kernel, which names the kernel"
              : "The option kernel goes with task=kernel only");
    }
    if (kernel
        && (configuration.getModelVersion() != null || configuration.getModelUri() != null)) {
      throw new IllegalArgumentException(
          "task=kernel has no model files, so neither modelVersion nor modelUri goes with it");
    }
  }

  /** It would look like the version to change to, which a header names. */
  private static void refuseFixedVersion(GpuInferConfiguration configuration) {
    if (configuration.getModelVersion() != null || configuration.getModelUri() != null) {
      throw new IllegalArgumentException(
          "The option operation goes with neither modelVersion nor modelUri; the header %s names"
                  .formatted(GpuInferConstants.TARGET_VERSION)
              + " the version to load or swap to");
    }
  }

  /** Whether a text can name a model or a version. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  private static void requireName(String what, String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "The %s is a name of letters, digits, dots, dashes and underscores, but is: %s"
              .formatted(what, name));
    }
  }

  private static void requireRange(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be from %d to %d, but is %d".formatted(option, least, most, value));
    }
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    observers.add(new RegisteredListeners(getCamelContext().getRegistry()));
    Meters.in(getCamelContext()).ifPresent(observers::add);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    devices = DevicePolicy.installed();
    workers = new Workers(getCamelContext().getExecutorServiceManager(), this);
    ChosenVersions chosen = new ChosenVersions();
    loaded =
        new LoadedModels(
            new ModelLoader(
                this::repository,
                chosen,
                devices,
                getCamelContext().getClassResolver(),
                workers,
                observers));
    operations = new ModelOperations(this::repository, loaded, chosen);
    if (watchInterval > 0) {
      watch(new VersionArrivals(this::repository, operations, chosen));
    }
    watchDevices();
  }

  private void watchDevices() {
    HealthCheckRegistry checks = HealthCheckRegistry.get(getCamelContext());
    if (checks != null) {
      deviceCheck = new DeviceHealthCheck(name(), this::instances);
      deviceCheck.setEnabled(isHealthCheckProducerEnabled());
      checks.register(deviceCheck);
    }
  }

  private void watch(VersionArrivals arrivals) {
    watch = RepositoryWatch.of(repository(), arrivals).orElse(null);
    if (watch == null) {
      LOG.warn("watchInterval has no effect: {} is no folder", modelRepository);
    } else {
      watch.start(workers.watching(), Duration.ofMillis(watchInterval));
    }
  }

  private ModelRepository repository() {
    return ModelRepository.at(modelRepository);
  }

  @Override
  protected void doStop() throws Exception {
    if (watch != null) {
      watch.close();
      watch = null;
    }
    if (deviceCheck != null) {
      HealthCheckRegistry.get(getCamelContext()).unregister(deviceCheck);
      deviceCheck = null;
    }
    workers.shutdown();
    super.doStop();
  }

  private String name() {
    return getDefaultName() == null ? "gpu-infer" : getDefaultName();
  }

  private List<InstanceStatus> instances() {
    return loaded.all().stream()
        .flatMap(model -> model.servers().stream())
        .flatMap(server -> server.instances().stream())
        .toList();
  }

  /** The threads of this component. */
  Workers workers() {
    return workers;
  }

  /** Those who hear of this component's models. */
  ModelObservers observers() {
    return observers;
  }

  /** What models are called to tell them apart. */
  ModelIds modelIds() {
    return modelIds;
  }

  /** The models that this component's endpoints use now. */
  LoadedModels models() {
    return loaded;
  }

  /** A model for an endpoint, loaded if nobody has yet; to be released. */
  LoadedModel acquire(ModelKey key) {
    if (watch != null && key.followsVersions()) {
      // First, so that no version can come between what is loaded and what is watched.
      watch.follow(key.model());
    }
    return loaded.acquire(key);
  }

  ModelOperations operations() {
    return operations;
  }

  /** The models that started endpoints use now, by name, one for each way in which they do. */
  public List<ServedModel> servedModels() {
    return loaded.all().stream()
        .map(model -> model.served(modelIds.of(model.key()), endpointsOf(model)))
        .toList();
  }

  private List<String> endpointsOf(LoadedModel model) {
    return getCamelContext().getEndpoints().stream()
        .filter(GpuInferEndpoint.class::isInstance)
        .map(GpuInferEndpoint.class::cast)
        .filter(endpoint -> endpoint.getComponent() == this)
        .filter(endpoint -> endpoint.getOperation() == Operation.INFER)
        .filter(endpoint -> endpoint.loaded().filter(its -> its == model).isPresent())
        .map(endpoint -> URISupport.sanitizeUri(endpoint.getEndpointUri()))
        .sorted()
        .toList();
  }

  /** The versions of all models that started endpoints use, by the models' names. */
  public List<ModelStatus> statuses() {
    return operations.all();
  }

  /**
   * What a model takes and gives, once for each way in which started endpoints use it. Empty where
   * none does, and where no version is loaded.
   */
  public List<ModelDescription> describe(String model) {
    return operations.descriptions(model);
  }

  /** The versions of a model, and what is loaded of them. */
  public ModelStatus status(String model) {
    return operations.status(model);
  }

  /**
   * Loads a version where none is, after {@link #unload}. Does nothing where it serves already.
   *
   * @param version null for the highest one
   * @throws ChangeRefusedException when another version serves, no endpoint uses the model, or
   *     another change is going on
   * @throws ModelLoadException when the version cannot be loaded
   */
  public ModelStatus load(String model, String version) {
    return operations.load(model, version);
  }

  /**
   * Has a version serve, while the one before serves until that is ready.
   *
   * @param version null for the highest one
   * @throws ChangeRefusedException when no endpoint uses the model, or another change is going on
   * @throws ModelLoadException when the version cannot be loaded; the one before serves on
   */
  public ModelStatus swap(String model, String version) {
    return swap(model, version, SwapMode.BESIDE);
  }

  /** Has a version serve, as {@link #swap(String, String)}, in a mode of one's own choice. */
  public ModelStatus swap(String model, String version, SwapMode mode) {
    return operations.swap(model, version, mode);
  }

  /**
   * Has the version serve that did before.
   *
   * @throws ChangeRefusedException when there is none, and as {@link #swap} does
   * @throws ModelLoadException when it cannot be loaded any more; the present one serves on
   */
  public ModelStatus rollback(String model) {
    return operations.rollback(model, SwapMode.BESIDE);
  }

  /**
   * Waits for the requests to a model and gives its memory back; later ones are refused with a
   * {@link ModelUnavailableException} until a version is loaded.
   *
   * @throws ChangeRefusedException when the requests do not end, no endpoint uses the model, or
   *     another change is going on
   */
  public ModelStatus unload(String model) {
    return operations.unload(model);
  }

  /** Every device that a model of this component could run on. */
  public List<DeviceInfo> devices() {
    return devices.devices();
  }

  public GpuInferConfiguration getConfiguration() {
    return configuration;
  }

  /** The options that endpoints have where their URI does not set them. */
  public void setConfiguration(GpuInferConfiguration configuration) {
    this.configuration = configuration;
  }

  public long getWatchInterval() {
    return watchInterval;
  }

  /**
   * How often to look for new versions of the models in use, in milliseconds, where the repository
   * is a folder. A new highest version is swapped in. 0: never.
   */
  public void setWatchInterval(long watchInterval) {
    this.watchInterval = watchInterval;
  }

  public String getModelRepository() {
    return modelRepository;
  }

  /**
   * Where models are found by name: a folder, a file: URI of one, or classpath: and a path. It
   * holds a folder for each model, with a folder for each of its versions.
   */
  public void setModelRepository(String modelRepository) {
    this.modelRepository = modelRepository;
  }

  public Map<String, Object> getModels() {
    return models;
  }

  /**
   * Options of models by their names: what endpoints of that name have where their URI does not set
   * it. What is not set here either is as the component has it.
   *
   * @param models maps of options by the names of models; or values by the name of a model, a dot
   *     and the name of an option
   */
  public void setModels(Map<String, Object> models) {
    this.models = models;
  }
}
