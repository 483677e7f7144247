package io.gpuinfer.serving.version;

import io.gpuinfer.engine.GpuInferException;

/** A change of version was not begun, or was taken back: what served before serves on. */
public class ChangeRefusedException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  public ChangeRefusedException(String message) {
    super(message);
  }
}
