package io.gpuinfer.engine;

/** The root of everything this project throws about models, devices and requests. */
public class GpuInferException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public GpuInferException(String message) {
    super(message);
  }

  public GpuInferException(String message, Throwable cause) {
    super(message, cause);
  }

  /** One that says nothing of the place it was made at, and so costs next to nothing. */
  GpuInferException(String message, boolean withStackTrace) {
    super(message, null, false, withStackTrace);
  }
}
