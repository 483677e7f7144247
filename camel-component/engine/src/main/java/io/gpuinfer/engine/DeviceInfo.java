package io.gpuinfer.engine;

/**
 * A device that an engine can load models on.
 *
 * @param index the position in the engine's list; OpenCL devices are numbered GPUs first
 * @param name as the driver gives it
 * @param kind what it is
 * @param memoryBytes global memory
 * @param maxAllocationBytes the largest single buffer
 * @param computeUnits parallel compute units
 * @param driver platform, vendor and version
 */
public record DeviceInfo(
    int index,
    String name,
    DeviceKind kind,
    long memoryBytes,
    long maxAllocationBytes,
    int computeUnits,
    String driver) {

  @Override
  public String toString() {
    return "[%d] %s (%s, %d MiB, %d units, %s)"
        .formatted(index, name, kind, memoryBytes >> 20, computeUnits, driver);
  }
}
