package io.gpuinfer.engine;

import java.time.Duration;

/**
 * More is asked for than can be done. The device is well; try again after {@link #retryAfter()}. It
 * has no stack trace: under load it is thrown often, and it is the server that says why.
 */
public class OverloadedException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  public OverloadedException(String message, Duration retryAfter) {
    super(message, false);
    this.retryAfter = retryAfter;
  }

  /** When the queue is expected to have room again. */
  public Duration retryAfter() {
    return retryAfter;
  }

  /**
   * {@link #retryAfter()} in whole seconds, rounded up, and at least 1: as the header {@code
   * Retry-After} of HTTP has it, where 0 would ask callers to come back at once.
   */
  public long retryAfterSeconds() {
    return Math.max(1, retryAfter.plusMillis(999).toSeconds());
  }
}
