package io.gpuinfer.engine;

/**
 * The request does not fit the model: wrong name, rank, type, size or content. Never a device
 * fault.
 */
public class InvalidInputException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  public InvalidInputException(String message) {
    super(message);
  }

  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
