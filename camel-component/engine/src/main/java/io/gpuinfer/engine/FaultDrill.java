package io.gpuinfer.engine;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Makes a device fail on purpose, so that an operator sees how a route degrades and recovers.
 *
 * <p>While active, every launch goes to the driver with a work-group size it must refuse: the error
 * that comes back ({@code CL_INVALID_WORK_GROUP_SIZE}, −54) is the driver's own. Engines without a
 * device ignore the drill.
 */
public final class FaultDrill {

  private final AtomicBoolean active = new AtomicBoolean();

  /** Lets the device fail from the next launch on. */
  public void start() {
    active.set(true);
  }

  /** Lets the device work again. */
  public void stop() {
    active.set(false);
  }

  public boolean isActive() {
    return active.get();
  }
}
