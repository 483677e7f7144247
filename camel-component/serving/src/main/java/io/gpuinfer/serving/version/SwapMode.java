package io.gpuinfer.serving.version;

/** What becomes of the version in service while another one is loaded. */
public enum SwapMode {
  /** It serves until the other one is ready: no request is refused, and both are in memory. */
  BESIDE,
  /**
   * It is drained and closed first, for devices that do not hold both. Requests are refused
   * meanwhile; where the other one fails to load, it is loaded again.
   */
  DRAIN_FIRST
}
