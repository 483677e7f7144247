package io.gpuinfer.benchmarks.load;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.load.Latencies;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;

/**
 * What the component itself takes of a request when nothing else goes on: from the route's entrance
 * to its end, less the time in the queue and on the device, which the answer's headers tell.
 *
 * @param task for tables
 * @param total from entrance to end
 * @param queue of it
 * @param compute of it
 * @param own the rest
 */
record OwnCost(String task, Latencies total, Latencies queue, Latencies compute, Latencies own) {

  private static final Duration WARM_UP = Duration.ofSeconds(2);

  /** One caller, one request after the other. */
  static OwnCost measure(
      String task,
      ProducerTemplate template,
      Endpoint entrance,
      Supplier<Object> bodies,
      Duration length) {
    OwnCost cost =
        new OwnCost(task, new Latencies(), new Latencies(), new Latencies(), new Latencies());
    long from = System.nanoTime() + WARM_UP.toNanos();
    for (long now = System.nanoTime(); now - from < length.toNanos(); now = System.nanoTime()) {
      Exchange exchange = entrance.createExchange(ExchangePattern.InOut);
      exchange.getMessage().setBody(bodies.get());
      long sent = System.nanoTime();
      Exchange answer = template.send(entrance, exchange);
      long nanos = System.nanoTime() - sent;
      if (answer.getException() != null) {
        throw new IllegalStateException("A single request failed", answer.getException());
      }
      if (now - from >= 0) {
        cost.add(nanos, answer.getMessage());
      }
    }
    return cost;
  }

  private void add(long nanos, Message answer) {
    long waited = nanos(answer, GpuInferConstants.QUEUE_MILLIS);
    long ran = nanos(answer, GpuInferConstants.COMPUTE_MILLIS);
    total.add(nanos);
    queue.add(waited);
    compute.add(ran);
    own.add(nanos - waited - ran);
  }

  private static long nanos(Message answer, String header) {
    return (long) (answer.getHeader(header, Double.class) * 1e6);
  }
}
