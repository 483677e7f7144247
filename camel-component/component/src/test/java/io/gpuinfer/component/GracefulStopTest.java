package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contexts and routes that stop, pause and start while requests are under way. */
class GracefulStopTest {

  private static final String URI = "gpu-infer:minilm?device=cpu&maxBatchSize=4";
  private static final String TEXT = "A man is eating food.";

  /** A tenth of a second of work and more, so that twenty of them are still there when it stops. */
  private static final List<String> LONG = Collections.nCopies(4, "word ".repeat(300));

  private final List<DefaultCamelContext> contexts = new ArrayList<>();

  private DefaultCamelContext start() throws Exception {
    DefaultCamelContext context = new DefaultCamelContext();
    contexts.add(context);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // All at once may be more than a busy machine takes.
            onException(OverloadedException.class).maximumRedeliveries(500).redeliveryDelay(20);
            from("direct:in").routeId("in").to(URI);
            from("seda:in?concurrentConsumers=4").routeId("queue").to(URI).to("seda:out");
          }
        });
    context.start();
    return context;
  }

  @AfterEach
  void stop() {
    contexts.forEach(DefaultCamelContext::stop);
  }

  @Test
  void shouldAnswerAllThatWasAdmittedBeforeAContextStops() throws Exception {
    DefaultCamelContext context = start();
    ProducerTemplate template = context.createProducerTemplate();
    GpuInferEndpoint endpoint = context.getEndpoint(URI, GpuInferEndpoint.class);
    ExecutorService callers = Executors.newFixedThreadPool(20);
    List<Future<Exchange>> requests =
        IntStream.range(0, 20).mapToObj(i -> callers.submit(() -> send(template, LONG))).toList();
    callers.shutdown();
    await().until(() -> endpoint.getUnderWay() >= 10);

    context.stop();

    for (Future<Exchange> request : requests) {
      assertThat(request.get().getException()).isNull();
      assertThat((List<?>) request.get().getMessage().getBody()).hasSize(LONG.size());
    }
  }

  private static Exchange send(ProducerTemplate template, Object body) {
    return template.request("direct:in", exchange -> exchange.getMessage().setBody(body));
  }

  @Test
  void shouldLoseNothingWhileRoutesPauseAndStartAgain() throws Exception {
    DefaultCamelContext context = start();
    ProducerTemplate template = context.createProducerTemplate();
    int count = 120;
    for (int i = 0; i < count; i++) {
      template.sendBody("seda:in?waitForTaskToComplete=Never", TEXT);
      if (i % 40 == 10) {
        context.getRouteController().suspendRoute("queue");
        context.getRouteController().resumeRoute("queue");
      } else if (i % 40 == 30) {
        // The queue outlives the consumer; the route "in" keeps the model.
        context.getRouteController().stopRoute("queue");
        context.getRouteController().startRoute("queue");
      }
    }

    SedaEndpoint out = context.getEndpoint("seda:out", SedaEndpoint.class);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(out.getCurrentQueueSize()).isEqualTo(count));
    assertThat(context.getEndpoint(URI, GpuInferEndpoint.class).getFailed()).isZero();
  }

  @Test
  void shouldKeepContextsApart() throws Exception {
    DefaultCamelContext one = start();
    DefaultCamelContext other = start();
    ProducerTemplate template = other.createProducerTemplate();
    AtomicBoolean stopping = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    List<Exception> failures = new CopyOnWriteArrayList<>();
    Thread caller =
        new Thread(
            () -> {
              while (!stopping.get()) {
                Exchange answer = send(template, TEXT);
                if (answer.getException() == null) {
                  answered.incrementAndGet();
                } else {
                  failures.add(answer.getException());
                }
              }
            });
    caller.start();
    try {
      one.createProducerTemplate().requestBody("direct:in", TEXT);
      one.getEndpoint(URI, GpuInferEndpoint.class).startDrill();
      assertThat(other.getEndpoint(URI, GpuInferEndpoint.class).isDrill()).isFalse();
      assertThat(models(one)).isNotEqualTo(models(other));

      one.stop();
      int before = answered.get();
      await().until(() -> answered.get() > before + 5);
    } finally {
      stopping.set(true);
      caller.join();
    }
    assertThat(failures).isEmpty();
    assertThat(other.getEndpoint(URI, GpuInferEndpoint.class).getServerState())
        .isIn("STABLE", "DEGRADED");
  }

  private static List<LoadedModel> models(DefaultCamelContext context) {
    return new Components(context).models();
  }
}
