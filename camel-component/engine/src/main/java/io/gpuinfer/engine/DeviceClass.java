package io.gpuinfer.engine;

/** The two families of kernels. */
public enum DeviceClass {
  /** CPU devices: one work-item per group, {@code float16} register tiles. */
  SIMD,
  /** GPUs: 256 work-items per group, local-memory tiles. */
  SIMT
}
