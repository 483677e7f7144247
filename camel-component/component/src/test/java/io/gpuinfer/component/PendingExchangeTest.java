package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingExchangeTest {

  private static final TaskResult RESULT =
      new TaskResult(
          "answer",
          "1",
          1,
          0,
          0,
          new Execution(
              new DeviceInfo(0, "a device", DeviceKind.GPU, 1, 1, 1, "a driver"),
              1,
              1,
              0,
              0,
              0,
              1,
              0,
              0,
              0,
              0),
          ServerState.STABLE,
          Map.of());

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final RequestCounts counts = new RequestCounts();
  private final List<CallReport> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger callbacks = new AtomicInteger();
  private Workers workers;

  @BeforeEach
  void start() {
    context.start();
    workers = new Workers(context.getExecutorServiceManager(), this);
  }

  @AfterEach
  void stop() {
    workers.shutdown();
    context.stop();
  }

  @Test
  void shouldCompleteOnceHoweverManyTry() throws Exception {
    ExecutorService racers = Executors.newFixedThreadPool(4);
    int races = 200;
    List<Exchange> exchanges = new ArrayList<>();
    for (int race = 0; race < races; race++) {
      Exchange exchange = new DefaultExchange(context);
      exchanges.add(exchange);
      PendingExchange pending = pending(exchange);
      CountDownLatch start = new CountDownLatch(1);
      for (int racer = 0; racer < 4; racer++) {
        boolean answers = racer % 2 == 0;
        racers.execute(
            () -> {
              waitFor(start);
              if (answers) {
                pending.answer(RESULT);
              } else {
                pending.fail(new IllegalStateException("failure"));
              }
            });
      }
      start.countDown();
    }
    racers.shutdown();

    await().until(() -> racers.isTerminated() && callbacks.get() >= races);
    assertThat(callbacks).hasValue(races);
    assertThat(counts.completed() + counts.failed()).isEqualTo(races);
    assertThat(told).hasSize(races);
    assertThat(told).filteredOn(call -> call.failure() == null).hasSize((int) counts.completed());
    assertThat(exchanges)
        .allMatch(e -> e.getException() == null ^ e.getMessage().getBody() == null);
  }

  @Test
  void shouldCompleteEvenAfterTheWorkersAreGone() {
    workers.shutdown();
    Exchange exchange = new DefaultExchange(context);

    pending(exchange).answer(RESULT);

    assertThat(callbacks).hasValue(1);
    assertThat(exchange.getMessage().getBody()).isEqualTo("answer");
  }

  @Test
  void shouldGoOnWhenAllRouteThreadsAreBlocked() {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger blocked = new AtomicInteger();
    try {
      for (int i = 0; i < Workers.MOST_ROUTE_THREADS; i++) {
        workers.resume(
            () -> {
              blocked.incrementAndGet();
              waitFor(release);
            });
      }
      await().until(() -> blocked.get() == Workers.MOST_ROUTE_THREADS);

      pending(new DefaultExchange(context)).answer(RESULT);

      assertThat(callbacks).hasValue(1);
    } finally {
      release.countDown();
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private PendingExchange pending(Exchange exchange) {
    return new PendingExchange(
        exchange,
        doneSync -> callbacks.incrementAndGet(),
        workers::resume,
        new ObservedCall(exchange, counts, List.of(told::add), "model"));
  }
}
