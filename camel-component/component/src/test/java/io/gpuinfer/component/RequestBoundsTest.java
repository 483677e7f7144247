package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.Priority;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBoundsTest {

  private static DefaultCamelContext context;

  private final GpuInferConfiguration configuration = new GpuInferConfiguration();
  private final Exchange exchange = new DefaultExchange(context);

  @BeforeAll
  static void start() {
    context = new DefaultCamelContext();
    context.start();
  }

  @AfterAll
  static void stop() {
    context.stop();
  }

  @Test
  void shouldTakeTheOptionsWithoutHeaders() {
    configuration.setRequestTimeout(1500);
    configuration.setPriority(Priority.LOW);

    assertThat(bounds()).isEqualTo(new RequestBounds(Duration.ofMillis(1500), Priority.LOW));
  }

  @Test
  void shouldShortenTheTimeoutByHeader() {
    assertThat(timeoutFor(Duration.ofMillis(20))).isEqualTo(Duration.ofMillis(20));
    assertThat(timeoutFor(20)).isEqualTo(Duration.ofMillis(20));
    assertThat(timeoutFor("20")).isEqualTo(Duration.ofMillis(20));
    assertThat(timeoutFor("2s")).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void shouldNeverLengthenTheTimeout() {
    assertThat(timeoutFor("1h")).isEqualTo(Duration.ofSeconds(30));
    assertThat(timeoutFor(Long.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "0", "-5", "", "1 parsec"})
  void shouldRefuseATimeoutThatIsNone(String header) {
    exchange.getMessage().setHeader(GpuInferConstants.TIMEOUT, header);

    assertThatThrownBy(this::bounds)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(GpuInferConstants.TIMEOUT);
  }

  @Test
  void shouldTakeThePriorityFromTheHeader() {
    exchange.getMessage().setHeader(GpuInferConstants.PRIORITY, "high");

    assertThat(bounds().priority()).isEqualTo(Priority.HIGH);
  }

  @Test
  void shouldRefuseAPriorityThatIsNone() {
    exchange.getMessage().setHeader(GpuInferConstants.PRIORITY, "urgent");

    assertThatThrownBy(this::bounds)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("urgent");
  }

  private Duration timeoutFor(Object header) {
    exchange.getMessage().setHeader(GpuInferConstants.TIMEOUT, header);
    return bounds().timeout();
  }

  private RequestBounds bounds() {
    return RequestBounds.of(exchange, configuration);
  }
}
