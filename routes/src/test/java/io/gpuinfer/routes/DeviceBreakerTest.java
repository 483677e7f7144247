package io.gpuinfer.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceBreakerTest {

  private final CircuitBreaker breaker = DeviceBreaker.create("test");

  static Stream<RuntimeException> refusals() {
    return Stream.of(
        new InvalidInputException("no picture"),
        new OverloadedException("full", Duration.ofMillis(1)),
        new DeadlineExceededException("late"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void neitherOpensNorFallsBackOnARefusal(RuntimeException refusal) {
    for (int i = 0; i < 20; i++) {
      breaker.onError(1, TimeUnit.MILLISECONDS, refusal);
    }

    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
    assertThatThrownBy(() -> DeviceBreaker.rethrowRefusal(refusal)).isSameAs(refusal);
  }

  @Test
  void opensAndFallsBackWhenTheDeviceFails() {
    DeviceOfflineException failure = new DeviceOfflineException("lost", -54);
    for (int i = 0; i < 3; i++) {
      breaker.onError(1, TimeUnit.MILLISECONDS, failure);
    }

    assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
    assertThatCode(() -> DeviceBreaker.rethrowRefusal(failure)).doesNotThrowAnyException();
  }

  @Test
  void fallsBackWhenTheOpenBreakerDidNotCall() {
    assertThatCode(() -> DeviceBreaker.rethrowRefusal(null)).doesNotThrowAnyException();
  }
}
