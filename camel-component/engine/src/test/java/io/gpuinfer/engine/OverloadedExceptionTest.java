package io.gpuinfer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverloadedExceptionTest {

  @ParameterizedTest
  @CsvSource({"-5, 1", "0, 1", "1, 1", "999, 1", "1000, 1", "1001, 2", "1200, 2", "60000, 60"})
  void countsWholeSecondsUntilCallersMayComeBack(long millis, long seconds) {
    OverloadedException overload = new OverloadedException("full", Duration.ofMillis(millis));

    assertThat(overload.retryAfterSeconds()).isEqualTo(seconds);
  }
}
