package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.InsufficientMemoryException;

/**
 * What the sessions of one device hold of its memory, so that a model that does not fit is refused.
 */
final class MemoryLedger {

  private final DeviceInfo device;
  private final long limit;
  private long held;

  /**
   * @param limit bytes that may be held in all
   */
  MemoryLedger(DeviceInfo device, long limit) {
    this.device = device;
    this.limit = limit;
  }

  /**
   * Changes what one session holds.
   *
   * @throws InsufficientMemoryException when there is not as much left; nothing has changed then
   */
  synchronized void exchange(String model, long before, long after) {
    if (held - before + after > limit) {
      throw new InsufficientMemoryException(
          "'%s' needs %d MiB on %s, of whose %d MiB other models hold %d MiB. Unload one of them, or use a device with more memory"
              .formatted(
                  model,
                  mebibytes(after),
                  device.name(),
                  mebibytes(limit),
                  mebibytes(held - before)));
    }
    held += after - before;
  }

  /** Bytes that all sessions hold. */
  synchronized long held() {
    return held;
  }

  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
