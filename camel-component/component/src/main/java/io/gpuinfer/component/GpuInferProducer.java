package io.gpuinfer.component;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.version.Lease;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.spi.RouteIdAware;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Takes the body of each exchange to the model, and its answer back.
 *
 * <p>The model is loaded while the producer starts, so a route whose model or device is not there
 * does not start.
 */
public class GpuInferProducer extends DefaultAsyncProducer implements RouteIdAware {

  private String routeId;
  private volatile LoadedModel model;
  private String modelId;
  private List<CallListener> listeners = List.of();
  private GpuInferHealthCheck healthCheck;

  public GpuInferProducer(GpuInferEndpoint endpoint) {
    super(endpoint);
  }

  @Override
  public GpuInferEndpoint getEndpoint() {
    return (GpuInferEndpoint) super.getEndpoint();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    boolean ordered = getEndpoint().getConfiguration().isKeepOrder();
    Executor exit = ordered ? getEndpoint().order().enter() : workers()::resume;
    ObservedCall call = new ObservedCall(exchange, getEndpoint().counts(), listeners, modelId);
    PendingExchange pending = new PendingExchange(exchange, callback, exit, call);
    try {
      submit(exchange, pending);
      return false;
    } catch (RuntimeException refused) {
      if (ordered) {
        pending.fail(refused);
        return false;
      }
      call.failed(refused);
      exchange.setException(refused);
      callback.done(true);
      return true;
    }
  }

  private void submit(Exchange exchange, PendingExchange pending) {
    LoadedModel serving = model;
    if (serving == null) {
      throw new GpuInferException(getEndpoint() + " is stopped, and its model released");
    }
    RequestBounds bounds = RequestBounds.of(exchange, getEndpoint().getConfiguration());
    String request = requestId(exchange);
    TaskCall call = new TaskCall(bounds.priority(), System.nanoTime() + bounds.timeout().toNanos());
    CompletionStage<TaskResult> answer;
    try {
      answer = perform(serving, exchange, call);
    } catch (DeadlineExceededException e) {
      throw expired(request, bounds, e);
    }
    Future<?> timer =
        workers().after(bounds.timeout(), () -> pending.fail(expired(request, bounds, null)));
    answer.whenComplete(
        (result, failure) -> {
          timer.cancel(false);
          if (failure == null) {
            pending.answer(result);
          } else {
            Throwable cause = unwrapped(failure);
            pending.fail(
                cause instanceof DeadlineExceededException
                    ? expired(request, bounds, cause)
                    : cause);
          }
        });
  }

  private Workers workers() {
    return getEndpoint().getComponent().workers();
  }

  /** Has the task performed, if there is a place for the request. */
  private static CompletionStage<TaskResult> perform(
      LoadedModel serving, Exchange exchange, TaskCall call) {
    Admission admission = serving.admission();
    try {
      admission.enter(call.priority());
    } catch (OverloadedException full) {
      // The first of the task's servers stands for the model, as no server has seen the request.
      serving.servers().stream().findFirst().ifPresent(first -> first.countFull(call.priority()));
      throw full;
    }
    try {
      return infer(serving.versions().lease(), exchange, call)
          .whenComplete(
              (result, failure) -> {
                admission.leave();
                if (failure == null) {
                  admission.answeredIn(result.queueNanos() + result.computeNanos());
                }
              });
    } catch (RuntimeException | Error refused) {
      admission.leave();
      throw refused;
    }
  }

  /** The version that the request came to answers it, and is kept until it has. */
  private static CompletionStage<TaskResult> infer(
      Lease<LoadedVersion> lease, Exchange exchange, TaskCall call) {
    try {
      LoadedVersion version = lease.model();
      version.requireRoom(call);
      Object body = RequestBody.read(exchange.getMessage(), version.task().content());
      return version.task().submit(body, call).whenComplete((result, failure) -> lease.close());
    } catch (RuntimeException | Error refused) {
      lease.close();
      throw refused;
    }
  }

  private DeadlineExceededException expired(String request, RequestBounds bounds, Throwable cause) {
    return new DeadlineExceededException(
        "Request %s got no answer from model %s within %d ms"
            .formatted(request, getEndpoint().getModel(), bounds.timeout().toMillis()),
        cause);
  }

  private static String requestId(Exchange exchange) {
    return exchange
        .getMessage()
        .getHeader(GpuInferConstants.REQUEST_ID, exchange.getExchangeId(), String.class);
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    listeners =
        List.copyOf(getEndpoint().getCamelContext().getRegistry().findByType(CallListener.class));
    LoadedModel acquired = getEndpoint().acquire();
    modelId = getEndpoint().getComponent().modelIds().of(acquired.key());
    model = acquired;
    WritableHealthCheckRepository checks = healthChecks();
    if (checks != null) {
      healthCheck = new GpuInferHealthCheck(model.key(), getEndpoint()::loaded, routeId);
      healthCheck.setEnabled(getEndpoint().getComponent().isHealthCheckProducerEnabled());
      checks.addHealthCheck(healthCheck);
    }
  }

  @Override
  protected void doStop() throws Exception {
    if (healthCheck != null) {
      healthChecks().removeHealthCheck(healthCheck);
      healthCheck = null;
    }
    LoadedModel released = model;
    if (released != null) {
      model = null;
      getEndpoint().release(released);
    }
    super.doStop();
  }

  /** Camel's repository of producer checks; null where the application has no health checks. */
  private WritableHealthCheckRepository healthChecks() {
    return HealthCheckHelper.getHealthCheckRepository(
        getEndpoint().getCamelContext(), "producers", WritableHealthCheckRepository.class);
  }

  @Override
  public String getRouteId() {
    return routeId;
  }

  @Override
  public void setRouteId(String routeId) {
    this.routeId = routeId;
  }
}
