package io.gpuinfer.samples;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.routes.http.HttpFailure;
import io.gpuinfer.routes.http.HttpRefusal;
import io.gpuinfer.routes.http.Protocol;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Objects;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Every failure as one {@link ErrorAnswer}, or as the protocol has it that is spoken at the
 * request's path; what is not meant for callers goes to the log only.
 */
@RestController
@RestControllerAdvice
class ErrorAnswers implements ErrorController {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  @ExceptionHandler
  ResponseEntity<Object> ours(GpuInferException failure, HttpServletRequest request) {
    HttpFailure told = HttpFailure.of(failure);
    if (told.isFault()) {
      LOG.error("A request failed", failure);
    }
    String type = failure.getClass().getSimpleName().replaceAll("Exception$", "");
    return answer(request.getServletPath(), new HttpHeaders(), type, told);
  }

  /** The caller stalls, or is gone, in which case nobody hears this. Neither is a fault. */
  @ExceptionHandler
  ResponseEntity<Object> broken(IOException failure, HttpServletRequest request) {
    LOG.debug("A caller stalled or was gone: {}", failure.toString());
    HttpFailure told = HttpFailure.of(HttpRefusal.of(failure));
    return answer(request.getServletPath(), new HttpHeaders(), type(told.status()), told);
  }

  @ExceptionHandler
  ResponseEntity<Object> others(Exception failure, HttpServletRequest request) {
    if (failure instanceof ErrorResponse refused) {
      int status = refused.getStatusCode().value();
      String type = type(status);
      String detail = Objects.requireNonNullElse(refused.getBody().getDetail(), type);
      HttpFailure told = new HttpFailure(status, detail, OptionalLong.empty());
      return answer(request.getServletPath(), refused.getHeaders(), type, told);
    }
    LOG.error("A request failed", failure);
    return answer(request.getServletPath(), new HttpHeaders(), "Internal", HttpFailure.of(failure));
  }

  /** What the web server found itself, such as a body that no longer comes. */
  @RequestMapping("/error")
  ResponseEntity<Object> ofTheServer(
      HttpServletRequest request,
      @RequestAttribute(name = RequestDispatcher.ERROR_STATUS_CODE, required = false)
          Integer status,
      @RequestAttribute(name = RequestDispatcher.ERROR_REQUEST_URI, required = false) String path) {
    int told = status == null ? HttpStatus.NOT_FOUND.value() : status;
    String reason = HttpStatus.valueOf(told).getReasonPhrase();
    return answer(
        path == null ? request.getRequestURI() : path,
        new HttpHeaders(),
        type(told),
        new HttpFailure(told, reason, OptionalLong.empty()));
  }

  private static String type(int status) {
    return HttpStatus.valueOf(status).getReasonPhrase().replace(" ", "");
  }

  private static ResponseEntity<Object> answer(
      String path, HttpHeaders headers, String type, HttpFailure failure) {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(failure.status())
            .headers(headers)
            .contentType(MediaType.APPLICATION_JSON);
    failure
        .retryAfter()
        .ifPresent(seconds -> answer.header(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    return answer.body(
        Protocol.at(path)
            .map(protocol -> protocol.error(failure))
            .orElseGet(() -> new ErrorAnswer(type, failure.message(), failure.status())));
  }
}
