package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.serving.ServerError;
import io.gpuinfer.serving.version.ChangeRefusedException;
import io.gpuinfer.serving.version.SwapMode;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Answers texts, pictures and tensors with a model that runs as OpenCL kernels on a GPU. */
@ManagedResource(description = "Managed GPU inference endpoint")
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "gpu-infer",
    title = "GPU Infer",
    syntax = "gpu-infer:model",
    remote = false,
    producerOnly = true,
    category = {Category.AI},
    headersClass = GpuInferConstants.class)
public class GpuInferEndpoint extends DefaultEndpoint implements AsyncEndpoint {

  private final RequestCounts counts = new RequestCounts();
  private AnswerOrder order;

  @UriPath(
      description =
          "Name of the model: of an entry of the model repository, or, together with modelUri, the"
              + " name to serve that file under.")
  @Metadata(required = true)
  private final String model;

  @UriParam(
      label = "producer",
      defaultValue = "INFER",
      description =
          "What to do with an exchange. infer: answer its body with the model. The others are for"
              + " the versions of the model that started endpoints use, and answer with a"
              + " ModelStatus. status: tell. load: load one where none is. swap: have another one"
              + " serve. rollback: have the one serve that did before. unload: give the memory"
              + " back.")
  private Operation operation = Operation.INFER;

  @UriParam private GpuInferConfiguration configuration;

  public GpuInferEndpoint(
      String uri, GpuInferComponent component, String model, GpuInferConfiguration configuration) {
    super(uri, component);
    this.model = model;
    this.configuration = configuration;
  }

  @Override
  public Producer createProducer() {
    return operation == Operation.INFER
        ? new GpuInferProducer(this)
        : new GpuInferControlProducer(this);
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new UnsupportedOperationException("gpu-infer answers exchanges and starts none");
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  @Override
  public GpuInferComponent getComponent() {
    return (GpuInferComponent) super.getComponent();
  }

  public String getModel() {
    return model;
  }

  public Operation getOperation() {
    return operation;
  }

  public void setOperation(Operation operation) {
    this.operation = operation;
  }

  public GpuInferConfiguration getConfiguration() {
    return configuration;
  }

  public void setConfiguration(GpuInferConfiguration configuration) {
    this.configuration = configuration;
  }

  RequestCounts counts() {
    return counts;
  }

  /** The order in which answers leave, where they have one. */
  AnswerOrder order() {
    return order;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    order =
        new AnswerOrder(
            getComponent().workers(), Duration.ofMillis(configuration.getRequestTimeout()));
  }

  /** The model of this endpoint, loaded if nobody has yet; to be released. */
  LoadedModel acquire() {
    return getComponent().acquire(key());
  }

  void release(LoadedModel loaded) {
    getComponent().models().release(loaded.key());
  }

  @ManagedAttribute(description = "How well the model is served; empty while it is not loaded")
  public String getServerState() {
    return loaded().map(m -> m.state().name()).orElse("");
  }

  @ManagedAttribute(description = "The version that serves; empty while none is loaded")
  public String getServedVersion() {
    return loaded().map(m -> m.versions().status().served()).orElse("");
  }

  @ManagedAttribute(description = "The device that runs the model; empty while it is not loaded")
  public String getServingDevice() {
    return loaded().flatMap(LoadedModel::device).map(DeviceInfo::toString).orElse("");
  }

  @ManagedAttribute(description = "Requests to the model that have no answer yet")
  public int getUnderWay() {
    return loaded().map(m -> m.admission().underWay()).orElse(0);
  }

  @ManagedAttribute(description = "Those of them that wait for the device")
  public int getQueueLength() {
    return loaded().map(LoadedModel::waiting).orElse(0);
  }

  @ManagedAttribute(description = "Exchanges of this endpoint that were answered")
  public long getCompleted() {
    return counts.completed();
  }

  @ManagedAttribute(description = "Exchanges of this endpoint that met an error")
  public long getFailed() {
    return counts.failed();
  }

  @ManagedAttribute(
      description = "Exchanges of this endpoint that came when there was too much to do")
  public long getRejected() {
    return counts.rejected();
  }

  @ManagedAttribute(description = "Exchanges of this endpoint that got no answer in time")
  public long getExpired() {
    return counts.expired();
  }

  @ManagedAttribute(description = "Inputs that shared a run of the model, on the average")
  public double getMeanBatch() {
    return figures().map(ModelFigures::meanBatch).orElse(0.0);
  }

  @ManagedAttribute(
      description = "Milliseconds that 99 in 100 requests to the model took at most, once admitted")
  public double getP99Millis() {
    return figures().map(ModelFigures::p99Millis).orElse(0.0);
  }

  @ManagedAttribute(
      description = "Share of the model's operators that its device ran itself, from 0 to 1")
  public double getDeviceShare() {
    return figures().map(ModelFigures::deviceShare).orElse(0.0);
  }

  @ManagedAttribute(description = "The latest error of the model or its device; empty without one")
  public String getLastError() {
    return figures().flatMap(ModelFigures::lastError).map(ServerError::message).orElse("");
  }

  private Optional<ModelFigures> figures() {
    return loaded().map(ModelFigures::of);
  }

  @ManagedAttribute(description = "Whether the device fails on purpose")
  public boolean isDrill() {
    return loaded().map(m -> m.drill().isActive()).orElse(false);
  }

  @ManagedOperation(description = "Makes the device fail on purpose, for all users of the model")
  public void startDrill() {
    loaded().ifPresent(m -> m.drill().start());
  }

  @ManagedOperation(description = "Lets the device work again")
  public void stopDrill() {
    loaded().ifPresent(m -> m.drill().stop());
  }

  @ManagedOperation(description = "The versions of the model, and what is loaded of them")
  public String versions() {
    return getComponent().status(model).toString();
  }

  @ManagedOperation(description = "Loads a version where none is; without a name the highest one")
  public String load(String version) {
    return operations().load(model, nameOrNull(version)).toString();
  }

  @ManagedOperation(description = "Has another version serve; without a name the highest one")
  public String swap(String version) {
    return operations().swap(model, nameOrNull(version), SwapMode.BESIDE).toString();
  }

  @ManagedOperation(description = "Has the version serve that did before")
  public String rollback() {
    return operations().rollback(model, SwapMode.BESIDE).toString();
  }

  @ManagedOperation(description = "Gives the model's memory back; requests are refused then")
  public String unload() {
    return operations().unload(model).toString();
  }

  /** The operations on the model's name would pass by an endpoint that does not follow them. */
  private ModelOperations operations() {
    if (!key().followsVersions()) {
      throw new ChangeRefusedException(this + " names its version or file, and keeps to that");
    }
    return getComponent().operations();
  }

  /** A console's form gives an empty text where nothing was filled in. */
  private static String nameOrNull(String version) {
    return version == null || version.isBlank() ? null : version.strip();
  }

  /** The model, while a producer uses it. */
  Optional<LoadedModel> loaded() {
    return getComponent().models().find(key());
  }

  private ModelKey key() {
    return ModelKey.of(model, configuration);
  }
}
