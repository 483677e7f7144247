package io.gpuinfer.load;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.OverloadedException;

/** What may become of a request; one of these, and once. */
public enum Outcome {
  ANSWERED,
  /** Refused because too many others wait. */
  REJECTED,
  /** Not answered within its time. */
  EXPIRED,
  /** Ended by any other error. */
  FAILED;

  /**
   * @param failure why there is no answer; null when there is one
   */
  public static Outcome of(Throwable failure) {
    if (failure == null) {
      return ANSWERED;
    }
    if (failure instanceof OverloadedException) {
      return REJECTED;
    }
    return failure instanceof DeadlineExceededException ? EXPIRED : FAILED;
  }
}
