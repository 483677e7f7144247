package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import java.util.List;

/** Runs ONNX models as OpenCL kernels through Aparapi's native runner. */
public final class OpenClEngine implements InferenceEngine {

  @Override
  public String name() {
    return "opencl";
  }

  @Override
  public List<DeviceInfo> devices() {
    return List.of();
  }

  @Override
  public InferenceSession load(ModelSource source, LoadOptions options) {
    throw new DeviceOfflineException("No OpenCL device");
  }
}
