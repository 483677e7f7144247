package io.gpuinfer.engine;

import java.time.Duration;

/** The queue is full. The device is well; try again after {@link #retryAfter()}. */
public class OverloadedException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  public OverloadedException(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** When the queue is expected to have room again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
