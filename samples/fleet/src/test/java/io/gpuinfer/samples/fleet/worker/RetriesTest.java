package io.gpuinfer.samples.fleet.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.samples.fleet.FleetHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetriesTest {

  private static final long HOUR = 3_600_000;
  private static final CamelContext CONTEXT = new DefaultCamelContext();

  private final Retries retries = new Retries("gpu.retry", 3, 2000);

  @ParameterizedTest
  @CsvSource({
    "gpu.requests,,    1",
    "gpu.requests, 3,  1", // what a sender says
    "gpu.retry,    2,  2",
    "gpu.retry,    3,  3",
    "gpu.retry,,       3", // damaged: the last try
    "gpu.retry,    -1, 3",
    "gpu.retry, 99999, 3"
  })
  void onlyTheTopicOfRetriesIsBelieved(String topic, String said, int attempt) {
    Exchange request = request(topic, 0);
    if (said != null) {
      request.getMessage().setHeader(FleetHeaders.ATTEMPT, said.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(retries.attempt(request.getMessage())).isEqualTo(attempt);
  }

  @Test
  void aBatchIsDueWithItsLastRequestAndWaitsNoLongerThanTheDelay() {
    Retries hourly = new Retries("gpu.retry", 3, HOUR);
    long now = System.currentTimeMillis();
    Exchange old = request("gpu.retry", now - 2 * HOUR);
    assertThat(hourly.millisUntilDue(List.of(old))).isZero();
    assertThat(hourly.millisUntilDue(List.of(old, request("gpu.retry", now))))
        .isBetween(HOUR - 60_000, HOUR);
    // A clock that runs ahead.
    assertThat(hourly.millisUntilDue(List.of(request("gpu.retry", now + 2 * HOUR))))
        .isEqualTo(HOUR);
  }

  @Test
  void optionsWithoutSenseAreRefused() {
    assertThatThrownBy(() -> new Retries("gpu.retry", 0, 2000))
        .hasMessageContaining("fleet.attempts must be 1 or more");
  }

  private static Exchange request(String topic, long writtenAt) {
    Exchange exchange = new DefaultExchange(CONTEXT);
    exchange.getMessage().setHeader(KafkaConstants.TOPIC, topic);
    exchange.getMessage().setHeader(KafkaConstants.TIMESTAMP, writtenAt);
    return exchange;
  }
}
