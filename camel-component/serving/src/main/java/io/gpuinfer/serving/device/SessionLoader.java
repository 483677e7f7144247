package io.gpuinfer.serving.device;

import io.gpuinfer.engine.InferenceSession;

/** Loads a model on one device; asked again each time the device is to be set up anew. */
@FunctionalInterface
public interface SessionLoader {

  /**
   * Loads the model and warms it up.
   *
   * @throws io.gpuinfer.engine.GpuInferException when that fails
   */
  InferenceSession load();
}
