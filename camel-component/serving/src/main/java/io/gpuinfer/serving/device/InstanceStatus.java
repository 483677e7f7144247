package io.gpuinfer.serving.device;

import io.gpuinfer.engine.DeviceInfo;

/**
 * How one of a server's instances is.
 *
 * @param index among the instances of its server
 * @param device that it is on
 * @param phase what it does
 * @param batches that it has run
 * @param failures of its device since the start
 * @param hungCalls calls into the driver that were given up and have not come back
 * @param lastError of its device; empty when there was none
 */
public record InstanceStatus(
    int index,
    DeviceInfo device,
    Phase phase,
    long batches,
    long failures,
    int hungCalls,
    String lastError) {

  /** What an instance does. */
  public enum Phase {
    /** It waits for work. */
    IDLE,
    /** It runs a batch. */
    BUSY,
    /** Its device failed, and is left alone for a while. */
    DOWN,
    /** It is being set up anew. */
    REBUILDING,
    /** It has been given back. */
    CLOSED
  }
}
