package io.gpuinfer.engine;

import java.util.List;

/** Loads models on the devices it knows. */
public interface InferenceEngine {

  /** {@code opencl} or {@code onnxruntime}. */
  String name();

  /** The devices found on this machine, best first; empty when there is none. */
  List<DeviceInfo> devices();

  /**
   * Reads, checks, plans and compiles a model.
   *
   * @throws ModelLoadException when the file is no valid model or does not fit the device
   * @throws UnsupportedModelException when the device cannot run every operator of the model
   * @throws DeviceOfflineException when there is no such device
   */
  InferenceSession load(ModelSource source, LoadOptions options);
}
