package io.gpuinfer.engine;

/** The model does not fit beside what the device holds already; the message gives the numbers. */
public class InsufficientMemoryException extends ModelLoadException {

  private static final long serialVersionUID = 1L;

  public InsufficientMemoryException(String message) {
    super(message);
  }

  public InsufficientMemoryException(String message, Throwable cause) {
    super(message, cause);
  }
}
