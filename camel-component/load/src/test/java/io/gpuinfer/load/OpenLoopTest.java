package io.gpuinfer.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile Processor server = exchange -> {};

  @BeforeEach
  void start() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:server").errorHandler(noErrorHandler()).process(e -> serve(e));
          }
        });
    context.start();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private void serve(Exchange exchange) throws Exception {
    calls.incrementAndGet();
    server.process(exchange);
  }

  @Test
  void shouldSendEveryRequestAndAccountForIt() throws Exception {
    server =
        exchange -> {
          if (calls.get() % 2 == 0) {
            throw new OverloadedException("full", Duration.ofMillis(1));
          }
        };

    Measurement measured = run(500, Duration.ofMillis(500));

    long sent = measured.totals().allSent();
    assertThat(sent).isEqualTo(calls.get()).isBetween(170L, 330L);
    assertThat(measured.totals().of(Outcome.REJECTED)).isEqualTo(sent / 2);
    assertThat(measured.totals().addUp()).isTrue();
  }

  @Test
  void shouldNotLetAServerHideThatItHeldUpTheSender() throws Exception {
    server =
        exchange -> {
          if (calls.get() == 1) {
            Thread.sleep(400);
          }
        };

    Measurement measured = run(200, Duration.ofMillis(500));

    // One slow answer made most of the others late, though each was quick once it was sent.
    assertThat(measured.answered().millis(50)).isGreaterThan(50);
    assertThat(measured.lag().millis(50)).isGreaterThan(50);
  }

  private Measurement run(double perSecond, Duration length) throws Exception {
    return new OpenLoop(context.getEndpoint("direct:server"), Duration.ofSeconds(1))
        .run(
            new PoissonArrivals(perSecond, 1),
            new RequestSequence(List.of("text"), PriorityMix.DEFAULT, 1),
            length);
  }
}
