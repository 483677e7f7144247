package io.gpuinfer.routes.http;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.version.ChangeRefusedException;
import io.gpuinfer.serving.version.ModelUnavailableException;
import java.util.OptionalLong;

/**
 * A failure of a route as HTTP tells it.
 *
 * @param status the HTTP status
 * @param message for the caller; of a fault of the installation it tells nothing
 * @param retryAfter in how many seconds to come back, as the header {@code Retry-After} says it
 */
public record HttpFailure(int status, String message, OptionalLong retryAfter) {

  /** A status from which on the fault is not the caller's. */
  private static final int FAULT = 500;

  /** What a failure comes to. */
  public static HttpFailure of(Throwable failure) {
    int status = statusOf(failure);
    return new HttpFailure(
        status,
        status == FAULT
            ? "The request failed for a reason that is in the application's log"
            : failure.getMessage(),
        failure instanceof OverloadedException overload
            ? OptionalLong.of(overload.retryAfterSeconds())
            : OptionalLong.empty());
  }

  /** Whether the log should have the whole failure, because the caller does not get it. */
  public boolean isFault() {
    return status == FAULT;
  }

  private static int statusOf(Throwable failure) {
    if (failure instanceof HttpRefusal refusal) {
      return refusal.status();
    }
    if (failure instanceof InvalidInputException) {
      return 400;
    }
    if (failure instanceof ChangeRefusedException) {
      return 409;
    }
    if (failure instanceof OverloadedException) {
      return 429;
    }
    if (failure instanceof DeviceOfflineException || failure instanceof ModelUnavailableException) {
      return 503;
    }
    if (failure instanceof DeadlineExceededException) {
      return 504;
    }
    return FAULT;
  }
}
