package io.gpuinfer.component;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.version.SwapMode;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Changes the version of a model, or tells which ones are loaded, and answers with the {@link
 * ModelStatus}. A change takes seconds, so it has a thread of its own.
 */
public class GpuInferControlProducer extends DefaultAsyncProducer {

  private static final Duration RETRY = Duration.ofSeconds(1);

  public GpuInferControlProducer(GpuInferEndpoint endpoint) {
    super(endpoint);
  }

  @Override
  public GpuInferEndpoint getEndpoint() {
    return (GpuInferEndpoint) super.getEndpoint();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Workers workers = getEndpoint().getComponent().workers();
    try {
      workers.control().execute(() -> perform(exchange, callback, workers));
      return false;
    } catch (RejectedExecutionException e) {
      exchange.setException(
          new OverloadedException("Too many operations on models are going on", RETRY));
      callback.done(true);
      return true;
    }
  }

  private void perform(Exchange exchange, AsyncCallback callback, Workers workers) {
    try {
      exchange.getMessage().setBody(perform(exchange.getMessage()));
    } catch (RuntimeException | Error failure) {
      exchange.setException(failure);
    }
    workers.resume(() -> callback.done(false));
  }

  private ModelStatus perform(Message message) {
    String model = getEndpoint().getModel();
    ModelOperations operations = getEndpoint().getComponent().operations();
    return switch (getEndpoint().getOperation()) {
      case STATUS -> operations.status(model);
      case LOAD -> operations.load(model, version(message));
      case SWAP ->
          flag(message, GpuInferConstants.FORCE)
              ? operations.force(model, version(message), mode(message))
              : operations.swap(model, version(message), mode(message));
      case ROLLBACK -> operations.rollback(model, mode(message));
      case UNLOAD -> operations.unload(model);
      case INFER -> throw new IllegalStateException("Another producer does that");
    };
  }

  /** The version that is asked for; null for the highest one. */
  private static String version(Message message) {
    return message.getHeader(GpuInferConstants.TARGET_VERSION, String.class);
  }

  private static SwapMode mode(Message message) {
    return flag(message, GpuInferConstants.DRAIN_FIRST) ? SwapMode.DRAIN_FIRST : SwapMode.BESIDE;
  }

  private static boolean flag(Message message, String header) {
    Object value = message.getHeader(header);
    String text = value == null ? "false" : value.toString().strip();
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return Boolean.parseBoolean(text);
    }
    throw new InvalidInputException(
        "The header %s must be true or false, but is: %s".formatted(header, value));
  }
}
