package io.gpuinfer.component;

import io.gpuinfer.tasks.TaskResult;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An exchange whose end is counted and told; whoever owns it ends it once. */
final class ObservedCall {

  private static final Logger LOG = LoggerFactory.getLogger(ObservedCall.class);

  private final RequestCounts counts;
  private final List<CallListener> listeners;
  private final String model;
  private final boolean fallback;
  private final long startNanos = System.nanoTime();

  /**
   * @param model the id of the loaded model
   */
  ObservedCall(
      Exchange exchange, RequestCounts counts, List<CallListener> listeners, String model) {
    this.counts = counts;
    this.listeners = listeners;
    this.model = model;
    // The route may go on, and change the exchange, before it is told.
    this.fallback =
        exchange.getProperty(
            ExchangePropertyKey.CIRCUIT_BREAKER_RESPONSE_FROM_FALLBACK, false, boolean.class);
  }

  void completed(TaskResult result) {
    counts.countCompleted();
    tell(result, null);
  }

  void failed(Throwable failure) {
    counts.countFailure(failure);
    tell(null, failure);
  }

  private void tell(TaskResult result, Throwable failure) {
    if (listeners.isEmpty()) {
      return;
    }
    CallReport report =
        new CallReport(model, result, failure, System.nanoTime() - startNanos, fallback);
    for (CallListener listener : listeners) {
      try {
        listener.ended(report);
      } catch (RuntimeException e) {
        LOG.warn("The listener {} threw, which it must not", listener, e);
      }
    }
  }
}
