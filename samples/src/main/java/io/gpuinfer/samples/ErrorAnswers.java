package io.gpuinfer.samples;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.routes.http.HttpFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Every failure as one {@link ErrorAnswer}; what is not meant for callers goes to the log only. */
@RestControllerAdvice
class ErrorAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  @ExceptionHandler
  ResponseEntity<ErrorAnswer> ours(GpuInferException failure) {
    HttpFailure told = HttpFailure.of(failure);
    if (told.isFault()) {
      LOG.error("A request failed", failure);
    }
    HttpHeaders headers = new HttpHeaders();
    told.retryAfter()
        .ifPresent(seconds -> headers.set(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    String type = failure.getClass().getSimpleName().replaceAll("Exception$", "");
    return answer(HttpStatus.valueOf(told.status()), headers, type, failure.getMessage());
  }

  @ExceptionHandler
  ResponseEntity<ErrorAnswer> others(Exception failure) {
    if (failure instanceof ErrorResponse refused) {
      HttpStatus status = HttpStatus.valueOf(refused.getStatusCode().value());
      String type = status.getReasonPhrase().replace(" ", "");
      return answer(status, refused.getHeaders(), type, refused.getBody().getDetail());
    }
    LOG.error("A request failed", failure);
    return answer(
        HttpStatus.INTERNAL_SERVER_ERROR,
        new HttpHeaders(),
        "Internal",
        "The request failed for a reason that is in the application's log");
  }

  private static ResponseEntity<ErrorAnswer> answer(
      HttpStatus status, HttpHeaders headers, String type, String message) {
    return ResponseEntity.status(status)
        .headers(headers)
        .body(new ErrorAnswer(type, message, status.value()));
  }
}
