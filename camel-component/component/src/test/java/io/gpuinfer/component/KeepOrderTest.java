package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.Priority;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

/** Answers in the order of the exchanges, whatever became of these. */
class KeepOrderTest extends CamelTestSupport {

  private static final int COUNT = 60;

  private final List<Integer> seen = new CopyOnWriteArrayList<>();
  private final List<Exchange> ended = new CopyOnWriteArrayList<>();

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("seda:in?waitForTaskToComplete=Never")
            .doTry()
            .to("gpu-infer:minilm?device=cpu&keepOrder=true&maxBatchSize=4")
            .doCatch(Exception.class)
            .end()
            .process(
                exchange -> {
                  seen.add(exchange.getMessage().getHeader("number", Integer.class));
                  ended.add(exchange);
                });
      }
    };
  }

  @Test
  void shouldKeepTheOrderWithMixedPrioritiesFailuresAndTimeouts() {
    List<Integer> expected = new ArrayList<>();
    for (int n = 0; n < COUNT; n++) {
      int number = n;
      expected.add(n);
      template.send("seda:in", exchange -> prepare(exchange, number));
    }

    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(seen).hasSize(COUNT));
    assertThat(seen).containsExactlyElementsOf(expected);
    assertThat(failures(InvalidInputException.class)).isEqualTo(6);
    // What cannot be done in time is refused as soon as that is known.
    assertThat(failures(DeadlineExceededException.class) + failures(OverloadedException.class))
        .isEqualTo(6);
  }

  private static void prepare(Exchange exchange, int number) {
    Priority[] priorities = Priority.values();
    exchange.getMessage().setHeader("number", number);
    exchange.getMessage().setHeader(GpuInferConstants.PRIORITY, priorities[number % 3]);
    // Some fail at once, some can not be answered in time, and some take longer than others.
    exchange.getMessage().setBody(number % 10 == 7 ? number : "word ".repeat(1 + number % 40));
    if (number % 10 == 3) {
      exchange.getMessage().setHeader(GpuInferConstants.TIMEOUT, 1);
    }
  }

  private long failures(Class<?> type) {
    return IntStream.range(0, COUNT).filter(n -> type.isInstance(failure(n))).count();
  }

  private Object failure(int number) {
    return ended.get(number).getProperty(Exchange.EXCEPTION_CAUGHT);
  }
}
