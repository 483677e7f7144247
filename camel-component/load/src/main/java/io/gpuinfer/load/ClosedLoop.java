package io.gpuinfer.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;

/** Callers each of whom sends its next request when the one before has ended. */
public final class ClosedLoop implements AutoCloseable {

  /** Nothing is expected to take this long; no competitor is to lose by a deadline. */
  private static final Duration NO_DEADLINE = Duration.ofMinutes(1);

  private final ProducerTemplate template;
  private final int callers;

  public ClosedLoop(ProducerTemplate template, int callers) {
    this.template = template;
    this.callers = callers;
  }

  /**
   * @param lead how long the callers are at work before the measured time
   * @param length of the measured time
   */
  public Measurement run(
      Endpoint endpoint, RequestSequence requests, Duration lead, Duration length)
      throws InterruptedException {
    long from = System.nanoTime() + lead.toNanos();
    long end = from + length.toNanos();
    Recording recording = new Recording(from, length, NO_DEADLINE);
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        running.add(threads.submit(() -> call(endpoint, requests, end, recording, threads)));
      }
      for (Future<?> caller : running) {
        caller.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A caller ended by itself", e.getCause());
    } finally {
      threads.shutdownNow();
    }
    return recording.measurement();
  }

  private void call(
      Endpoint endpoint,
      RequestSequence requests,
      long end,
      Recording recording,
      ExecutorService threads) {
    long now = System.nanoTime();
    while (now - end < 0 && !threads.isShutdown()) {
      Request request = requests.next();
      Exchange exchange = endpoint.createExchange(ExchangePattern.InOut);
      exchange.getMessage().setBody(request.body());
      long sent = System.nanoTime();
      recording.sent(request);
      Exchange answer = template.send(endpoint, exchange);
      now = System.nanoTime();
      recording.ended(request, sent, sent, now, answer);
    }
  }

  @Override
  public void close() throws Exception {
    template.close();
  }
}
