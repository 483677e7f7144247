package io.gpuinfer.dashboard;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.version.ModelUnavailableException;

/** What kinds of failures there are, and what to do about each. */
enum FailureKind {
  INVALID_INPUT(
      "InvalidInput",
      400,
      "The input does not fit the model. The message says what would; the caller has to change"
          + " it."),
  OVERLOADED(
      "Overloaded",
      429,
      "More was asked for than can be done. Callers should wait and try again; see the capacity for"
          + " how many devices the load needs, or raise queueCapacity where waiting is fine."),
  DEADLINE_EXCEEDED(
      "DeadlineExceeded",
      504,
      "The answer would have come too late. Raise requestTimeout, send less at once, or use a"
          + " faster device or a smaller model."),
  DEVICE_OFFLINE(
      "DeviceOffline",
      503,
      "The device failed and is set up anew by itself. Should it stay OFFLINE, look at the driver"
          + " and at the system's log; a circuit breaker with device=cpu answers meanwhile."),
  MODEL_UNAVAILABLE(
      "ModelUnavailable",
      503,
      "No version of the model is loaded. Load one with operation=load, or through the"
          + " administration of models."),
  DEVICE(
      "Device",
      503,
      "A check of the device failed, not a request. The server sets the device up anew; if it comes"
          + " again, look at the driver, its version and the device's temperature and memory."),
  INTERNAL("Internal", 500, "The application's log has the whole failure.");

  private final String title;
  private final int status;
  private final String advice;

  FailureKind(String title, int status, String advice) {
    this.title = title;
    this.status = status;
    this.advice = advice;
  }

  static FailureKind of(Throwable failure) {
    if (failure instanceof InvalidInputException) {
      return INVALID_INPUT;
    }
    if (failure instanceof OverloadedException) {
      return OVERLOADED;
    }
    if (failure instanceof DeadlineExceededException) {
      return DEADLINE_EXCEEDED;
    }
    if (failure instanceof DeviceOfflineException) {
      return DEVICE_OFFLINE;
    }
    return failure instanceof ModelUnavailableException ? MODEL_UNAVAILABLE : INTERNAL;
  }

  /** What it is called on the page. */
  String title() {
    return title;
  }

  /** The HTTP status of an answer that tells it. */
  int status() {
    return status;
  }

  /** What an operator can do. */
  String advice() {
    return advice;
  }

  /** What may be told of a failure of this kind; details of a fault of the program may not. */
  String message(Throwable failure) {
    return this == INTERNAL || failure.getMessage() == null
        ? "%s; the application's log has more".formatted(failure.getClass().getSimpleName())
        : failure.getMessage();
  }
}
