package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswerOrderTest {

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final List<Integer> left = new CopyOnWriteArrayList<>();
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
  void shouldLetAnswersLeaveInTheOrderOfTheirPlaces() {
    AnswerOrder order = new AnswerOrder(workers, Duration.ofSeconds(10));
    int count = 500;
    List<Integer> numbers = new ArrayList<>(IntStream.range(0, count).boxed().toList());
    List<Executor> places = numbers.stream().map(n -> order.enter()).toList();
    Collections.shuffle(numbers, new Random(7));

    ExecutorService answering = Executors.newFixedThreadPool(4);
    numbers.forEach(n -> answering.execute(() -> places.get(n).execute(() -> left.add(n))));
    answering.shutdown();

    await().until(() -> left.size() == count);
    assertThat(left).isSorted();
  }

  @Test
  void shouldGoOnAfterAnEndThatThrows() {
    AnswerOrder order = new AnswerOrder(workers, Duration.ofSeconds(10));
    Executor first = order.enter();
    Executor second = order.enter();
    second.execute(() -> left.add(2));

    first.execute(
        () -> {
          left.add(1);
          throw new IllegalStateException("thrown on purpose by a test");
        });

    await()
        .dontCatchUncaughtExceptions()
        .untilAsserted(() -> assertThat(left).containsExactly(1, 2));
  }

  @Test
  void shouldNotWaitForeverForARouteThatWaitsForALaterAnswer() {
    AnswerOrder order = new AnswerOrder(workers, Duration.ofMillis(50));
    CountDownLatch laterLeft = new CountDownLatch(1);
    Executor first = order.enter();
    Executor later = order.enter();
    first.execute(
        () -> {
          await().until(() -> laterLeft.getCount() == 0);
          left.add(1);
        });

    later.execute(
        () -> {
          left.add(2);
          laterLeft.countDown();
        });

    await().untilAsserted(() -> assertThat(left).containsExactly(2, 1));
  }
}
