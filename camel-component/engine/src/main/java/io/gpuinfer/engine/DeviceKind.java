package io.gpuinfer.engine;

/** What a device is. */
public enum DeviceKind {
  /** A graphics processor that runs OpenCL. */
  GPU,
  /** A processor that runs OpenCL, such as the host's cores through PoCL. */
  OPENCL_CPU,
  /** Any other OpenCL device. */
  ACCELERATOR,
  /** The host's cores without OpenCL (ONNX Runtime). */
  HOST_CPU
}
