package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.engine.UnsupportedModelException;
import io.gpuinfer.serving.version.ModelUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

class ErrorAnswersTest {

  private final ErrorAnswers answers = new ErrorAnswers();

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new InvalidInputException("m"), 400, "InvalidInput"),
        Arguments.of(new OverloadedException("m", Duration.ZERO), 429, "Overloaded"),
        Arguments.of(new DeviceOfflineException("m"), 503, "DeviceOffline"),
        Arguments.of(new ModelUnavailableException("m"), 503, "ModelUnavailable"),
        Arguments.of(new DeadlineExceededException("m"), 504, "DeadlineExceeded"),
        Arguments.of(new ModelLoadException("m"), 500, "ModelLoad"),
        Arguments.of(new UnsupportedModelException("m", List.of()), 500, "UnsupportedModel"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void givesEachFailureAStatusAndAType(GpuInferException failure, int status, String type) {
    ResponseEntity<ErrorAnswer> response = answers.ours(failure);

    assertThat(response.getStatusCode().value()).isEqualTo(status);
    assertThat(response.getBody()).isEqualTo(new ErrorAnswer(type, "m", status));
  }

  @Test
  void saysWhenToComeBackInWholeSeconds() {
    OverloadedException overload = new OverloadedException("full", Duration.ofMillis(1200));

    assertThat(answers.ours(overload).getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
        .isEqualTo("2");
  }

  @Test
  void keepsTheReasonOfADefectToItself() {
    ResponseEntity<ErrorAnswer> response = answers.others(new IllegalStateException("secret"));

    assertThat(response.getStatusCode().value()).isEqualTo(500);
    assertThat(response.getBody().message()).doesNotContain("secret");
  }
}
