package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.ModelLoadException;

/** A buffer would be larger than the engine can address. */
final class TooLargeException extends ModelLoadException {

  private static final long serialVersionUID = 1L;

  TooLargeException(String message) {
    super(message);
  }
}
