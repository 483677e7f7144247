package io.gpuinfer.springboot;

import io.gpuinfer.component.GpuInferConfiguration;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.TaskType;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.spring.boot.ComponentConfigurationPropertiesCommon;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The properties of the component; each is the option of the same name. */
@ConfigurationProperties(prefix = "camel.component.gpu-infer")
public class GpuInferComponentConfiguration extends ComponentConfigurationPropertiesCommon {

  /**
   * The options that endpoints have where their URI does not set them, as one object. The option is
   * a io.gpuinfer.component.GpuInferConfiguration type.
   */
  private GpuInferConfiguration configuration;

  /**
   * What to do with the body before and after the model; auto takes what the model's description
   * says.
   */
  private TaskType task = TaskType.AUTO;

  /**
   * Where models run: gpu, opencl, cpu, auto, the position of an OpenCL device, or a part of a
   * device's name. Several between commas share the requests.
   */
  private String device = "auto";

  /** Settings of the task, which replace those of the model's description. */
  private Map<String, Object> settings;

  /** Version of the models in the repository. The highest one where this is not set. */
  private String modelVersion;

  /** A single model file to serve instead of an entry of the model repository. */
  private String modelUri;

  /** With the task kernel, the kernel to run: #bean: or #class: and a name. */
  private String kernel;

  /** Where models are found by name: a folder, a file: URI of one, or classpath: and a path. */
  private String modelRepository = "classpath:models";

  /**
   * How often to look for new versions of the models in use, where the repository is a folder. A
   * new highest version is swapped in. 0: never.
   */
  private Duration watchInterval = Duration.ZERO;

  /** The most items that share a run. */
  private Integer maxBatchSize = 16;

  /** The longest that a request waits for others to share its run. */
  private Duration maxBatchDelay = Duration.ofMillis(2);

  /** How often a model is loaded on each of its devices. */
  private Integer instances = 1;

  /** Requests that may wait for a model while a full batch runs. */
  private Integer queueCapacity = 256;

  /** Work that may wait for a model, in GFLOP; 0 for any. */
  private Double queueGflop = 0.0;

  /** The least time after which a run that does not end counts as hung. */
  private Duration watchdog = Duration.ofSeconds(30);

  /** Whether answers leave in the order in which the exchanges came. */
  private Boolean keepOrder = false;

  /** Time within which an exchange is answered, waiting included. */
  private Duration requestTimeout = Duration.ofSeconds(30);

  /** Which requests go first when several wait. */
  private Priority priority = Priority.NORMAL;

  /** Whether to run each model once before its route starts. */
  private Boolean warmup = true;

  /** Whether producers load their model with the first message instead of at start-up. */
  private Boolean lazyStartProducer = false;

  /** Whether options marked as autowired are looked up in the registry. */
  private Boolean autowiredEnabled = true;

  /** Whether consumers of this component take part in health checks. */
  private Boolean healthCheckConsumerEnabled = true;

  /**
   * Whether producers of this component take part in health checks. Camel asks producers only with
   * camel.health.producers-enabled=true.
   */
  private Boolean healthCheckProducerEnabled = true;

  public GpuInferConfiguration getConfiguration() {
    return configuration;
  }

  public void setConfiguration(GpuInferConfiguration configuration) {
    this.configuration = configuration;
  }

  public Map<String, Object> getSettings() {
    return settings;
  }

  public void setSettings(Map<String, Object> settings) {
    this.settings = settings;
  }

  public TaskType getTask() {
    return task;
  }

  public void setTask(TaskType task) {
    this.task = task;
  }

  public String getDevice() {
    return device;
  }

  public void setDevice(String device) {
    this.device = device;
  }

  public String getModelVersion() {
    return modelVersion;
  }

  public void setModelVersion(String modelVersion) {
    this.modelVersion = modelVersion;
  }

  public String getModelUri() {
    return modelUri;
  }

  public void setModelUri(String modelUri) {
    this.modelUri = modelUri;
  }

  public String getKernel() {
    return kernel;
  }

  public void setKernel(String kernel) {
    this.kernel = kernel;
  }

  public String getModelRepository() {
    return modelRepository;
  }

  public void setModelRepository(String modelRepository) {
    this.modelRepository = modelRepository;
  }

  public Duration getWatchInterval() {
    return watchInterval;
  }

  public void setWatchInterval(Duration watchInterval) {
    this.watchInterval = watchInterval;
  }

  public Integer getMaxBatchSize() {
    return maxBatchSize;
  }

  public void setMaxBatchSize(Integer maxBatchSize) {
    this.maxBatchSize = maxBatchSize;
  }

  public Duration getMaxBatchDelay() {
    return maxBatchDelay;
  }

  public void setMaxBatchDelay(Duration maxBatchDelay) {
    this.maxBatchDelay = maxBatchDelay;
  }

  public Integer getInstances() {
    return instances;
  }

  public void setInstances(Integer instances) {
    this.instances = instances;
  }

  public Integer getQueueCapacity() {
    return queueCapacity;
  }

  public void setQueueCapacity(Integer queueCapacity) {
    this.queueCapacity = queueCapacity;
  }

  public Double getQueueGflop() {
    return queueGflop;
  }

  public void setQueueGflop(Double queueGflop) {
    this.queueGflop = queueGflop;
  }

  public Duration getWatchdog() {
    return watchdog;
  }

  public void setWatchdog(Duration watchdog) {
    this.watchdog = watchdog;
  }

  public Boolean getKeepOrder() {
    return keepOrder;
  }

  public void setKeepOrder(Boolean keepOrder) {
    this.keepOrder = keepOrder;
  }

  public Duration getRequestTimeout() {
    return requestTimeout;
  }

  public void setRequestTimeout(Duration requestTimeout) {
    this.requestTimeout = requestTimeout;
  }

  public Priority getPriority() {
    return priority;
  }

  public void setPriority(Priority priority) {
    this.priority = priority;
  }

  public Boolean getWarmup() {
    return warmup;
  }

  public void setWarmup(Boolean warmup) {
    this.warmup = warmup;
  }

  public Boolean getLazyStartProducer() {
    return lazyStartProducer;
  }

  public void setLazyStartProducer(Boolean lazyStartProducer) {
    this.lazyStartProducer = lazyStartProducer;
  }

  public Boolean getAutowiredEnabled() {
    return autowiredEnabled;
  }

  public void setAutowiredEnabled(Boolean autowiredEnabled) {
    this.autowiredEnabled = autowiredEnabled;
  }

  public Boolean getHealthCheckConsumerEnabled() {
    return healthCheckConsumerEnabled;
  }

  public void setHealthCheckConsumerEnabled(Boolean healthCheckConsumerEnabled) {
    this.healthCheckConsumerEnabled = healthCheckConsumerEnabled;
  }

  public Boolean getHealthCheckProducerEnabled() {
    return healthCheckProducerEnabled;
  }

  public void setHealthCheckProducerEnabled(Boolean healthCheckProducerEnabled) {
    this.healthCheckProducerEnabled = healthCheckProducerEnabled;
  }
}
