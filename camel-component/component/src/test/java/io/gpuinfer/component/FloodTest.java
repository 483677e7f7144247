package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.engine.OverloadedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that fails under many callers, behind a breaker with the host as its fallback. */
class FloodTest {

  private static final int CALLERS = 16;

  @TempDir private Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final AtomicInteger byDevice = new AtomicInteger();
  private final AtomicInteger byHost = new AtomicInteger();
  private final List<Object> unanswered = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    context.stop();
  }

  @ParameterizedTest(name = "hangs: {0}")
  @ValueSource(booleans = {false, true})
  void shouldAnswerEveryRequestWhileTheDeviceFailsAndComesBack(boolean hangs) throws Exception {
    String tiny = TinyModelFile.in(folder);
    String device = "gpu-infer:tiny?device=opencl&watchdog=1000&modelUri=" + tiny;
    context.getRegistry().bind("breakers", CircuitBreakerRegistry.ofDefaults());
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            // On a busy machine the host may be overloaded as well: no fault of a device.
            onException(OverloadedException.class).maximumRedeliveries(500).redeliveryDelay(20);
            from("direct:in")
                .circuitBreaker()
                .resilience4jConfiguration()
                .minimumNumberOfCalls(4)
                .waitDurationInOpenState(1)
                .end()
                .to(device)
                .onFallback()
                .to("direct:host")
                .setHeader("degraded", constant(true))
                .end();
            from("direct:host").to("gpu-infer:tiny?device=cpu&modelUri=" + tiny);
          }
        });
    context.start();
    ProducerTemplate template = context.createProducerTemplate();
    GpuInferEndpoint endpoint = context.getEndpoint(device, GpuInferEndpoint.class);
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    for (int i = 0; i < CALLERS; i++) {
      callers.execute(() -> call(template));
    }
    try {
      await().until(() -> byDevice.get() > 200);
      FaultDrill drill = endpoint.loaded().orElseThrow().drill();
      if (hangs) {
        drill.hang();
      } else {
        drill.start();
      }
      await().until(() -> byHost.get() > 200);
      assertThat(endpoint.getServerState()).isIn("OFFLINE", "RECOVERING");
      endpoint.stopDrill();
      int before = byDevice.get();
      await().atMost(Duration.ofSeconds(60)).until(() -> byDevice.get() > before + 200);
    } finally {
      stopping.set(true);
      callers.shutdown();
    }

    assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(unanswered.stream().limit(3)).isEmpty();
  }

  private void call(ProducerTemplate template) {
    while (!stopping.get()) {
      Exchange answer =
          template.request("direct:in", e -> e.getMessage().setBody(new float[] {1, 2, 3}));
      float[] values = answer.getMessage().getBody(float[].class);
      if (answer.getException() != null || values == null || values[2] != -3) {
        unanswered.add(answer.getException() == null ? "no answer" : answer.getException());
      } else if (answer.getMessage().getHeader("degraded", false, Boolean.class)) {
        byHost.incrementAndGet();
      } else {
        byDevice.incrementAndGet();
      }
    }
  }
}
