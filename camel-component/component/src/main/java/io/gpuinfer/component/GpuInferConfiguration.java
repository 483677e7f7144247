package io.gpuinfer.component;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.TaskType;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** What an endpoint can be told; the component holds the defaults of all its endpoints. */
@UriParams
@Configurer
public class GpuInferConfiguration implements Cloneable {

  @UriParam(
      label = "producer",
      defaultValue = "AUTO",
      description =
          "What to do with the body before and after the model. embedding: text in, a vector out."
              + " rerank: a query and documents in, the documents out, the best answer first."
              + " classification: a picture or a text in, the likeliest of the model's classes out."
              + " ocr: a picture in, lines of text with their boxes out. detection: a picture in,"
              + " the boxes of what a model sees in it out. image: a picture in, a picture or"
              + " tensor made of it by the setting steps out, without a model. tensor: raw tensors"
              + " in and out. kernel: arrays in and out, through the kernel that the option kernel"
              + " names, which you wrote. auto: what the model's description says, or else what its"
              + " inputs and outputs and the files beside it tell.")
  private TaskType task = TaskType.AUTO;

  @UriParam(
      label = "producer",
      defaultValue = "auto",
      description =
          "Where the model runs, all of it. gpu: an OpenCL GPU, or the route does not start."
              + " opencl: any OpenCL device, GPUs first. cpu: ONNX Runtime on the host, and Java"
              + " threads for the task kernel. auto: the first of these that is there, with a"
              + " warning in the log that says which. A"
              + " number picks an OpenCL device by its position, and any other text picks a device"
              + " by a part of its name. Several of these between commas: the model is loaded on"
              + " each, and they share the requests.")
  private String device = "auto";

  @UriParam(
      label = "producer",
      description =
          "Version of the model in the repository, to serve that and no other. Where this is not"
              + " set, the highest one is served first, and operations may swap it.")
  private String modelVersion;

  @UriParam(
      label = "producer,advanced",
      description =
          "A single model file to serve instead of an entry of the model repository: a path, a"
              + " file: URI, or classpath: and a path. Its inputs and outputs, and a tokenizer.json"
              + " or labels.txt beside it, tell its task where the option task does not.")
  @Metadata(supportFileReference = true)
  private String modelUri;

  @UriParam(
      label = "producer",
      description =
          "With the task kernel, the kernel to run: #bean: and the name of one in the registry, or"
              + " #class: and the name of one with a public constructor that takes nothing. It"
              + " extends com.aparapi.Kernel and implements io.gpuinfer.engine.kernel.RouteKernel."
              + " There are no model files then.")
  private Object kernel;

  @UriParam(
      label = "producer",
      prefix = "settings.",
      multiValue = true,
      description =
          "Settings of the task, which replace those of the model's description:"
              + " settings.pooling=cls, settings.limits.maxPixels=1000000. Commas separate the"
              + " elements of a list.")
  private Map<String, Object> settings = new HashMap<>();

  @UriParam(
      label = "producer",
      defaultValue = "16",
      description =
          "The most items that share a run: items of a body that is a list, and of exchanges that"
              + " wait at the same time.")
  private int maxBatchSize = 16;

  @UriParam(
      label = "producer",
      defaultValue = "2",
      javaType = "java.time.Duration",
      description =
          "The longest that a request waits for others to share its run, and only while they are"
              + " expected to come soon enough for that to pay. 0: nothing waits for a batch to"
              + " fill.")
  private long maxBatchDelay = 2;

  @UriParam(
      label = "producer",
      defaultValue = "1",
      description =
          "How often the model is loaded on each of its devices. More than one lets a device"
              + " compute while it is given the next inputs, and takes the memory as many times.")
  private int instances = 1;

  @UriParam(
      label = "producer",
      defaultValue = "256",
      description =
          "Requests that may wait for the model while a full batch runs. One more is refused at"
              + " once with an OverloadedException.")
  private int queueCapacity = 256;

  @UriParam(
      label = "producer,advanced",
      defaultValue = "0",
      description =
          "Work that may wait for the model, in GFLOP. A request that would make it more is refused"
              + " with an OverloadedException. 0: only queueCapacity and the requests' deadlines"
              + " bound it.")
  private double queueGflop;

  @UriParam(
      label = "producer,advanced",
      defaultValue = "30000",
      javaType = "java.time.Duration",
      description =
          "The least time after which a run that does not end counts as hung. The device is offline"
              + " then, and set up anew.")
  private long watchdog = 30_000;

  @UriParam(
      label = "producer",
      defaultValue = "false",
      description =
          "Whether answers leave in the order in which the exchanges came to the endpoint, failures"
              + " among them. The routes behind them go on one after the other then.")
  private boolean keepOrder;

  @UriParam(
      label = "producer",
      defaultValue = "30000",
      javaType = "java.time.Duration",
      description =
          "Time within which an exchange is answered, waiting included. Then it fails with a"
              + " DeadlineExceededException, whatever the device does. The header"
              + " CamelGpuInferTimeout can shorten it.")
  private long requestTimeout = 30_000;

  @UriParam(
      label = "producer",
      defaultValue = "NORMAL",
      description =
          "Which requests go first when several wait. The header CamelGpuInferPriority overrides"
              + " it.")
  private Priority priority = Priority.NORMAL;

  @UriParam(
      label = "producer",
      defaultValue = "true",
      description =
          "Whether to run the model once before the route starts, so that the first request finds"
              + " everything compiled.")
  private boolean warmup = true;

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

  public Object getKernel() {
    return kernel;
  }

  public void setKernel(Object kernel) {
    this.kernel = kernel;
  }

  public int getMaxBatchSize() {
    return maxBatchSize;
  }

  public void setMaxBatchSize(int maxBatchSize) {
    this.maxBatchSize = maxBatchSize;
  }

  public long getMaxBatchDelay() {
    return maxBatchDelay;
  }

  public void setMaxBatchDelay(long maxBatchDelay) {
    this.maxBatchDelay = maxBatchDelay;
  }

  public int getInstances() {
    return instances;
  }

  public void setInstances(int instances) {
    this.instances = instances;
  }

  public int getQueueCapacity() {
    return queueCapacity;
  }

  public void setQueueCapacity(int queueCapacity) {
    this.queueCapacity = queueCapacity;
  }

  public double getQueueGflop() {
    return queueGflop;
  }

  public void setQueueGflop(double queueGflop) {
    this.queueGflop = queueGflop;
  }

  public long getWatchdog() {
    return watchdog;
  }

  public void setWatchdog(long watchdog) {
    this.watchdog = watchdog;
  }

  public boolean isKeepOrder() {
    return keepOrder;
  }

  public void setKeepOrder(boolean keepOrder) {
    this.keepOrder = keepOrder;
  }

  public long getRequestTimeout() {
    return requestTimeout;
  }

  public void setRequestTimeout(long requestTimeout) {
    this.requestTimeout = requestTimeout;
  }

  public Priority getPriority() {
    return priority;
  }

  public void setPriority(Priority priority) {
    this.priority = priority;
  }

  public boolean isWarmup() {
    return warmup;
  }

  public void setWarmup(boolean warmup) {
    this.warmup = warmup;
  }

  /** A copy that an endpoint may change without its siblings seeing it. */
  public GpuInferConfiguration copy() {
    try {
      GpuInferConfiguration copy = (GpuInferConfiguration) clone();
      copy.settings = new HashMap<>(settings);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new RuntimeCamelException(e);
    }
  }
}
