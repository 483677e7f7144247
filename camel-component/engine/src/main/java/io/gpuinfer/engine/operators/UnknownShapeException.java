package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.ModelLoadException;

/** A shape depends on values that only the device computes. */
final class UnknownShapeException extends ModelLoadException {

  private static final long serialVersionUID = 1L;

  UnknownShapeException(String message) {
    super(message);
  }
}
