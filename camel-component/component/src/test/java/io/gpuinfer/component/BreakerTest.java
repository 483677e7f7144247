package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A device that fails, as a route sees it: the errors are the OpenCL driver's own, provoked by the
 * drill.
 */
class BreakerTest {

  private static final String TEXT = "A man is eating food.";
  private static final String DEVICE_HEADER = GpuInferConstants.DEVICE;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
  private ProducerTemplate template;
  private GpuInferEndpoint device;

  @BeforeEach
  void start() throws Exception {
    context.getRegistry().bind("breakers", breakers);
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            PluginHelper.getResourceLoader(context)
                .resolveResource("classpath:routes/breaker.yaml"));
    context.start();
    template = context.createProducerTemplate();
    device = context.getEndpoint("gpu-infer:minilm?device=opencl", GpuInferEndpoint.class);
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void shouldAnswerFromTheDeviceThenFromTheHostThenFromTheDeviceAgain() {
    Exchange stable = send("direct:breaker", TEXT);
    assertThat(degraded(stable)).isFalse();
    assertThat(stable.getMessage().getHeader(DEVICE_HEADER, String.class))
        .doesNotStartWith("Host processor");
    float[] expected = stable.getMessage().getBody(float[].class);

    device.startDrill();
    for (int i = 0; i < 2; i++) {
      Exchange answer = send("direct:breaker", TEXT);
      assertThat(degraded(answer)).isTrue();
      assertThat(answer.getProperty("failure")).isInstanceOf(DeviceOfflineException.class);
      assertThat(answer.getMessage().getHeader(DEVICE_HEADER, String.class))
          .startsWith("Host processor");
      assertThat(answer.getMessage().getBody(float[].class))
          .containsExactly(expected, within(1e-3f));
    }
    assertThat(breaker().getState()).isEqualTo(State.OPEN);
    assertThat(degraded(send("direct:breaker", TEXT))).isTrue();
    assertThat(device.getServerState()).isEqualTo("OFFLINE");

    device.stopDrill();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertThat(degraded(send("direct:breaker", TEXT))).isFalse();
              assertThat(breaker().getState()).isEqualTo(State.CLOSED);
              assertThat(device.getServerState()).isIn("STABLE", "DEGRADED");
            });
  }

  @Test
  void shouldFailWithTheDriversErrorWhereNoBreakerIs() {
    device.startDrill();

    Exception failure = send("direct:unguarded", TEXT).getException();

    assertThat(failure).isInstanceOf(DeviceOfflineException.class);
    assertThat(((DeviceOfflineException) failure).status()).isEqualTo(-54);
  }

  @Test
  void shouldLetTheFallbackReadAStreamAgain() {
    device.startDrill();

    Exchange answer =
        send("direct:breaker", new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.UTF_8)));

    assertThat(degraded(answer)).isTrue();
    assertThat(answer.getMessage().getBody(float[].class)[0]).isCloseTo(0.03324158f, within(1e-4f));
  }

  @Test
  void shouldNotOpenForMalformedRequests() {
    for (int i = 0; i < 6; i++) {
      assertThat(send("direct:breaker", Map.of("not", "a text")).getException())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("takes a text");
    }

    assertThat(breaker().getState()).isEqualTo(State.CLOSED);
    assertThat(breaker().getMetrics().getNumberOfFailedCalls()).isZero();
    assertThat(degraded(send("direct:breaker", TEXT))).isFalse();
  }

  private static boolean degraded(Exchange answer) {
    assertThat(answer.getException()).isNull();
    return answer.getMessage().getHeader("degraded", false, Boolean.class);
  }

  private CircuitBreaker breaker() {
    return breakers.circuitBreaker("device");
  }

  private Exchange send(String uri, Object body) {
    return template.request(uri, e -> e.getMessage().setBody(body));
  }
}
