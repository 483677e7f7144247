package io.gpuinfer.engine;

/** The deadline passed before the answer was there, while queued or between two passes. */
public class DeadlineExceededException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  public DeadlineExceededException(String message) {
    super(message);
  }

  public DeadlineExceededException(String message, Throwable cause) {
    super(message, cause);
  }
}
