package io.gpuinfer.serving.device;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;

/**
 * The engine and the device that a {@link DevicePolicy} picked.
 *
 * @param engine loads the models
 * @param device one of the engine's devices
 */
public record ChosenDevice(InferenceEngine engine, DeviceInfo device) {

  /** Loads a model on this device; the device set in {@code options} is replaced by it. */
  public InferenceSession load(ModelSource source, LoadOptions.Builder options) {
    return engine.load(source, options.device(device.index()).build());
  }
}
