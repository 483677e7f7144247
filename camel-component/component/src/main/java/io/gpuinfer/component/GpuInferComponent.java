package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.repository.ModelRepository;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/** Creates the {@code gpu-infer} endpoints, and owns the models and threads that they share. */
@Component("gpu-infer")
public class GpuInferComponent extends HealthCheckComponent {

  /** A name never walks through folders: routes may build URIs from what requests bring. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

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

  private DevicePolicy devices;
  private Workers workers;
  private LoadedModels models;
  private DeviceHealthCheck deviceCheck;
  private final ModelObservers observers = new ModelObservers();

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    GpuInferEndpoint endpoint = new GpuInferEndpoint(uri, this, remaining, configuration.copy());
    setProperties(endpoint, parameters);
    validate(remaining, endpoint.getConfiguration());
    return endpoint;
  }

  private static void validate(String model, GpuInferConfiguration configuration) {
    requireName("model", model);
    if (configuration.getModelVersion() != null) {
      requireName("modelVersion", configuration.getModelVersion());
    }
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

  private static void requireName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
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
    models =
        new LoadedModels(
            new ModelLoader(
                () -> ModelRepository.at(modelRepository), devices, workers, observers));
    HealthCheckRegistry checks = HealthCheckRegistry.get(getCamelContext());
    if (checks != null) {
      deviceCheck = new DeviceHealthCheck(name(), this::instances);
      deviceCheck.setEnabled(isHealthCheckProducerEnabled());
      checks.register(deviceCheck);
    }
  }

  @Override
  protected void doStop() throws Exception {
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
    return models.all().stream()
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

  /** The models that this component's endpoints use now. */
  LoadedModels models() {
    return models;
  }

  /** Every device that a model of this component could run on. */
  List<DeviceInfo> devices() {
    return devices.devices();
  }

  public GpuInferConfiguration getConfiguration() {
    return configuration;
  }

  /** The options that endpoints have where their URI does not set them. */
  public void setConfiguration(GpuInferConfiguration configuration) {
    this.configuration = configuration;
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
}
