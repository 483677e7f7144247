package io.gpuinfer.dashboard;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.OverloadedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Failures as the page reads them; what is not meant for it goes to the log only. */
final class DashboardErrors {

  private static final Logger LOG = LoggerFactory.getLogger(DashboardErrors.class);

  private DashboardErrors() {}

  /**
   * What a caller gets instead of an answer.
   *
   * @param type what kind of failure it is
   * @param message what went wrong, and what to do about it
   * @param status the HTTP status
   */
  record ErrorAnswer(String type, String message, int status) {}

  static ServerResponse answer(Throwable failure, ServerRequest request) {
    if (failure instanceof Refusal refusal) {
      return answer(
          new HttpHeaders(),
          new ErrorAnswer(refusal.type(), refusal.getMessage(), refusal.status()));
    }
    FailureKind kind = FailureKind.of(failure);
    if (kind == FailureKind.INTERNAL) {
      LOG.error("{} {} failed", request.method(), request.path(), failure);
    }
    HttpHeaders headers = new HttpHeaders();
    if (failure instanceof OverloadedException overload) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(overload.retryAfterSeconds()));
    }
    return answer(headers, new ErrorAnswer(kind.title(), kind.message(failure), kind.status()));
  }

  /** The failure behind those that Camel wrapped it in, if it is one of ours. */
  static RuntimeException reason(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof GpuInferException ours) {
        return ours;
      }
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure);
  }

  private static ServerResponse answer(HttpHeaders headers, ErrorAnswer error) {
    return ServerResponse.status(error.status())
        .headers(own -> own.putAll(headers))
        .contentType(MediaType.APPLICATION_JSON)
        .body(Json.write(error));
  }
}
