package io.gpuinfer.samples;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.version.ModelUnavailableException;
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
    HttpStatus status = statusOf(failure);
    if (status == HttpStatus.INTERNAL_SERVER_ERROR) {
      LOG.error("A request failed", failure);
    }
    HttpHeaders headers = new HttpHeaders();
    if (failure instanceof OverloadedException overload) {
      // The header counts whole seconds: at least one.
      long seconds = overload.retryAfter().plusMillis(999).toSeconds();
      headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
    }
    String type = failure.getClass().getSimpleName().replaceAll("Exception$", "");
    return answer(status, headers, type, failure.getMessage());
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

  private static HttpStatus statusOf(GpuInferException failure) {
    if (failure instanceof InvalidInputException) {
      return HttpStatus.BAD_REQUEST;
    }
    if (failure instanceof OverloadedException) {
      return HttpStatus.TOO_MANY_REQUESTS;
    }
    if (failure instanceof DeadlineExceededException) {
      return HttpStatus.GATEWAY_TIMEOUT;
    }
    if (failure instanceof DeviceOfflineException || failure instanceof ModelUnavailableException) {
      return HttpStatus.SERVICE_UNAVAILABLE;
    }
    return HttpStatus.INTERNAL_SERVER_ERROR;
  }

  private static ResponseEntity<ErrorAnswer> answer(
      HttpStatus status, HttpHeaders headers, String type, String message) {
    return ResponseEntity.status(status)
        .headers(headers)
        .body(new ErrorAnswer(type, message, status.value()));
  }
}
