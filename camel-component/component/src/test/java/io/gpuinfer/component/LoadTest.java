package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

/** More work than the host's cores can do in the time. */
class LoadTest extends CamelTestSupport {

  private static final String TEXT = "A man is eating food.";

  private static final String NARROW =
      "gpu-infer:minilm?device=cpu&queueCapacity=1&maxBatchSize=1&requestTimeout=5m";

  /** A second of work, and many on a busy machine. */
  private static final List<String> SLOW = Collections.nCopies(8, "word ".repeat(400));

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:narrow").to(NARROW);
        from("direct:wide").to("gpu-infer:minilm?device=cpu");
        from("direct:hasty").to("gpu-infer:minilm?device=cpu&requestTimeout=100");
      }
    };
  }

  @Test
  void shouldRefuseAtOnceWhatTheQueueCannotHold() {
    List<CompletableFuture<Exchange>> slow =
        IntStream.range(0, 2).mapToObj(i -> send("direct:narrow", SLOW)).toList();

    // One runs, one waits: that is all this endpoint holds.
    GpuInferEndpoint narrow = context.getEndpoint(NARROW, GpuInferEndpoint.class);
    await().until(() -> narrow.getUnderWay() == 2);

    Exchange refused = request("direct:narrow", TEXT, null);

    assertThat(slow).noneMatch(CompletableFuture::isDone);
    assertThat(refused.getException()).isInstanceOf(OverloadedException.class);
    assertThat(((OverloadedException) refused.getException()).retryAfter()).isPositive();
    assertThat(slow).allSatisfy(s -> assertThat(s.join().getException()).isNull());
    assertThat(request("direct:narrow", TEXT, null).getException()).isNull();
  }

  @Test
  void shouldEndAnExchangeAtItsDeadlineAndAnswerTheNext() {
    Exchange late = request("direct:hasty", SLOW, null);

    assertThat(late.getException()).isInstanceOf(DeadlineExceededException.class);
    assertThat(request("direct:wide", TEXT, null).getException()).isNull();
  }

  @Test
  void shouldEndAnExchangeAtTheDeadlineOfItsHeader() {
    long started = System.nanoTime();

    Exchange late = request("direct:wide", SLOW, "50ms");

    assertThat(late.getException()).isInstanceOf(DeadlineExceededException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void shouldNameTheRequestThatExpired() {
    Exchange late =
        template.request(
            "direct:wide",
            e -> {
              e.getMessage().setBody(SLOW);
              e.getMessage().setHeader(GpuInferConstants.TIMEOUT, 1);
              e.getMessage().setHeader(GpuInferConstants.REQUEST_ID, "order-66");
            });

    assertThat(late.getException())
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("order-66");
  }

  private CompletableFuture<Exchange> send(String uri, Object body) {
    return template.asyncSend(uri, e -> prepare(e, body, null));
  }

  private Exchange request(String uri, Object body, String timeout) {
    return template.request(uri, e -> prepare(e, body, timeout));
  }

  private static void prepare(Exchange exchange, Object body, String timeout) {
    exchange.getMessage().setBody(body);
    exchange.getMessage().setHeader(GpuInferConstants.TIMEOUT, timeout);
  }
}
