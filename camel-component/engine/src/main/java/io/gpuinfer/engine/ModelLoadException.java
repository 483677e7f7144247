package io.gpuinfer.engine;

/** The model could not be read, does not fit the device, or could not be compiled for it. */
public class ModelLoadException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  public ModelLoadException(String message) {
    super(message);
  }

  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
