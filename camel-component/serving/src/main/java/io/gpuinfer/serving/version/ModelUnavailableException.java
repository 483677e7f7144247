package io.gpuinfer.serving.version;

import io.gpuinfer.engine.GpuInferException;

/**
 * No version of the model is loaded: it was unloaded, or is being replaced by one that does not fit
 * beside it. The fault is neither the request's nor the device's.
 */
public class ModelUnavailableException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  public ModelUnavailableException(String message) {
    super(message);
  }
}
