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
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpServletRequest;

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
    ResponseEntity<Object> response = answers.ours(failure, at("/requests"));

    assertThat(response.getStatusCode().value()).isEqualTo(status);
    String message =
        status == 500 ? "The request failed for a reason that is in the application's log" : "m";
    assertThat(response.getBody()).isEqualTo(new ErrorAnswer(type, message, status));
  }

  @Test
  void saysWhenToComeBackInWholeSeconds() {
    OverloadedException overload = new OverloadedException("full", Duration.ofMillis(1200));

    assertThat(
            answers.ours(overload, at("/requests")).getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
        .isEqualTo("2");
  }

  @Test
  void keepsTheReasonOfADefectToItself() {
    ResponseEntity<Object> response =
        answers.others(new IllegalStateException("secret"), at("/requests"));

    assertThat(response.getStatusCode().value()).isEqualTo(500);
    assertThat(response.getBody().toString()).contains("log").doesNotContain("secret");
  }

  @Test
  void speaksTheProtocolOfThePath() {
    InvalidInputException failure = new InvalidInputException("m");

    assertThat(answers.ours(failure, at("/v2/models/a/infer")).getBody())
        .isEqualTo(Map.of("error", "m"));
    assertThat(answers.ours(failure, at("/v1/embeddings")).getBody().toString())
        .contains("invalid_request_error", "m");
    assertThat(answers.ours(failure, at("/v20")).getBody()).isInstanceOf(ErrorAnswer.class);
  }

  @Test
  void tellsThoseWhoStall() {
    assertThat(answers.broken(new SocketTimeoutException(), at("/requests")).getBody())
        .isEqualTo(new ErrorAnswer("RequestTimeout", "The body did not come in time", 408));
  }

  private static MockHttpServletRequest at(String path) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", path);
    request.setServletPath(path);
    return request;
  }
}
