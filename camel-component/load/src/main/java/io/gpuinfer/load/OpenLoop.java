package io.gpuinfer.load;

import io.gpuinfer.component.GpuInferConstants;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;

/**
 * Callers who do not wait for each other: requests are sent at their times, whatever has become of
 * those before. Latencies count from the time at which a request should have been sent, so that a
 * server which holds up the sender cannot hide it ("coordinated omission").
 */
public final class OpenLoop {

  /** How long after their deadline the last requests may end before they count as lost. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  /** Between the call and the first moment, so that the start is on time. */
  private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(20);

  private final Endpoint endpoint;
  private final Duration deadline;

  /**
   * @param deadline of each request
   */
  public OpenLoop(Endpoint endpoint, Duration deadline) {
    this.endpoint = endpoint;
    this.deadline = deadline;
  }

  /** Sends for so long, and waits until everything has ended. */
  public Measurement run(PoissonArrivals arrivals, RequestSequence requests, Duration length)
      throws Exception {
    AsyncProducer producer = endpoint.createAsyncProducer();
    producer.start();
    try {
      long start = System.nanoTime() + HEAD_START;
      Recording recording = new Recording(start, length, deadline);
      for (long at = arrivals.next(); at < length.toNanos(); at = arrivals.next()) {
        waitUntil(start + at);
        send(producer, requests.next(), start + at, recording);
      }
      waitForTheLast(recording);
      return recording.measurement();
    } finally {
      producer.stop();
    }
  }

  private void send(AsyncProducer producer, Request request, long intended, Recording recording) {
    Exchange exchange = endpoint.createExchange(ExchangePattern.InOut);
    exchange.getMessage().setBody(request.body());
    exchange.getMessage().setHeader(GpuInferConstants.PRIORITY, request.priority());
    exchange.getMessage().setHeader(GpuInferConstants.TIMEOUT, deadline);
    long sent = System.nanoTime();
    recording.sent(request, intended, sent);
    producer.process(
        exchange,
        doneSync -> recording.ended(request, intended, sent, System.nanoTime(), exchange));
  }

  private static void waitUntil(long time) throws InterruptedException {
    // Spinning would be more exact, and take a core from what is measured.
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      LockSupport.parkNanos(left);
      requireNotInterrupted();
    }
  }

  private void waitForTheLast(Recording recording) throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos() + PATIENCE;
    while (recording.underWay() > 0 && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      requireNotInterrupted();
    }
  }

  private static void requireNotInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("The load was called off");
    }
  }
}
