package io.gpuinfer.component;

import io.gpuinfer.tasks.TaskType;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.telemetry.Span;
import org.apache.camel.telemetry.decorators.AbstractSpanDecorator;

/**
 * Tells in the span of a request what answered it. Found by Camel's tracing, where that is on the
 * class path.
 *
 * <p>Names are those of OpenTelemetry's conventions for generative AI where it has one, and begin
 * with {@code gpu_infer.} otherwise.
 */
public final class GpuInferSpanDecorator extends AbstractSpanDecorator {

  static final String OPERATION = "gen_ai.operation.name";
  static final String PROVIDER = "gen_ai.provider.name";
  static final String REQUEST_MODEL = "gen_ai.request.model";
  static final String ERROR_TYPE = "error.type";
  static final String TASK = "gpu_infer.task";
  static final String VERSION = "gpu_infer.model.version";
  static final String DEVICE = "gpu_infer.device.name";
  static final String DEVICE_SHARE = "gpu_infer.device.share";
  static final String BATCH_SIZE = "gpu_infer.batch.size";
  static final String QUEUE_MILLIS = "gpu_infer.queue.millis";
  static final String COMPUTE_MILLIS = "gpu_infer.compute.millis";
  static final String TRANSFER_MILLIS = "gpu_infer.transfer.millis";
  static final String STATE = "gpu_infer.state";

  private static final String EMBEDDINGS = "embeddings";

  @Override
  public String getComponent() {
    return "gpu-infer";
  }

  @Override
  public String getComponentClassName() {
    return GpuInferComponent.class.getName();
  }

  @Override
  public String getOperationName(Exchange exchange, Endpoint endpoint) {
    return endpoint instanceof GpuInferEndpoint own
        ? operation(own) + " " + own.getModel()
        : super.getOperationName(exchange, endpoint);
  }

  @Override
  public void beforeTracingEvent(Span span, Exchange exchange, Endpoint endpoint) {
    super.beforeTracingEvent(span, exchange, endpoint);
    if (endpoint instanceof GpuInferEndpoint own) {
      span.setTag(OPERATION, operation(own));
      span.setTag(PROVIDER, getComponent());
      span.setTag(REQUEST_MODEL, own.getModel());
      type(own).ifPresent(type -> span.setTag(TASK, type.name()));
    }
  }

  @Override
  public void afterTracingEvent(Span span, Exchange exchange) {
    super.afterTracingEvent(span, exchange);
    if (exchange.isFailed()) {
      // The headers are those of an earlier answer then, if there are any.
      if (exchange.getException() != null) {
        span.setTag(ERROR_TYPE, exchange.getException().getClass().getName());
      }
      return;
    }
    Message answer = exchange.getMessage();
    tag(span, VERSION, answer, GpuInferConstants.MODEL_VERSION);
    tag(span, DEVICE, answer, GpuInferConstants.DEVICE);
    tag(span, DEVICE_SHARE, answer, GpuInferConstants.DEVICE_SHARE);
    tag(span, BATCH_SIZE, answer, GpuInferConstants.BATCH_SIZE);
    tag(span, QUEUE_MILLIS, answer, GpuInferConstants.QUEUE_MILLIS);
    tag(span, COMPUTE_MILLIS, answer, GpuInferConstants.COMPUTE_MILLIS);
    tag(span, TRANSFER_MILLIS, answer, GpuInferConstants.TRANSFER_MILLIS);
    tag(span, STATE, answer, GpuInferConstants.STATE);
  }

  private static void tag(Span span, String name, Message answer, String header) {
    Object value = answer.getHeader(header);
    if (value != null) {
      span.setTag(name, value.toString());
    }
  }

  /** The conventions know embeddings, and let others have names of their own. */
  private static String operation(GpuInferEndpoint endpoint) {
    return type(endpoint)
        .map(type -> type == TaskType.EMBEDDING ? EMBEDDINGS : type.name().toLowerCase(Locale.ROOT))
        .orElse("infer");
  }

  /** What the endpoint does; known once its model is loaded. */
  private static Optional<TaskType> type(GpuInferEndpoint endpoint) {
    return endpoint.loaded().map(LoadedModel::type);
  }
}
