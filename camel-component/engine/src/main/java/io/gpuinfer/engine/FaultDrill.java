package io.gpuinfer.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Makes a device fail, hang or slow down on purpose, so that an operator sees how a route degrades
 * and recovers.
 *
 * <p>One drill is active at a time, and each begins with the next launch. Engines without a device
 * ignore them. Safe for use by several threads.
 */
public final class FaultDrill {

  private enum Mode {
    OFF,
    FAIL,
    HANG,
    SLOW
  }

  private volatile Mode mode = Mode.OFF;
  private long delayNanos; // guarded by this, as are the changes of the mode
  private int changes;

  /**
   * Lets the device fail: every launch goes to the driver with a work-group size it must refuse, so
   * that the error that comes back ({@code CL_INVALID_WORK_GROUP_SIZE}, −54) is the driver's own.
   */
  public void start() {
    become(Mode.FAIL, 0);
  }

  /**
   * Lets the device hang: a run does not come back from its next launch before the drill is
   * stopped, whatever its deadline, and fails then.
   */
  public void hang() {
    become(Mode.HANG, 0);
  }

  /**
   * Lets the device be slow.
   *
   * @param more how much longer each run takes
   */
  public void slow(Duration more) {
    if (more.isNegative()) {
      throw new IllegalArgumentException("No run can take " + more + " longer");
    }
    become(Mode.SLOW, more.toNanos());
  }

  /** Lets the device work again. */
  public void stop() {
    become(Mode.OFF, 0);
  }

  private synchronized void become(Mode next, long delay) {
    changes += next == mode ? 0 : 1;
    mode = next;
    delayNanos = delay;
    notifyAll();
  }

  public boolean isActive() {
    return mode != Mode.OFF;
  }

  /** Whether launches are to fail; for engines. */
  public boolean isFailing() {
    return mode == Mode.FAIL;
  }

  /**
   * Holds a launch up, as long as a drill wants it; for engines. Nothing interrupts it, as nothing
   * interrupts a driver.
   *
   * @param first whether the launch is its run's first one
   * @return whether it hung, so that its run is lost
   */
  public boolean holdUp(boolean first) {
    return mode != Mode.OFF && holdUpNow(first);
  }

  private synchronized boolean holdUpNow(boolean first) {
    boolean hangs = mode == Mode.HANG;
    if (hangs) {
      awaitChange(Long.MAX_VALUE);
    } else if (mode == Mode.SLOW && first) {
      awaitChange(delayNanos);
    }
    return hangs;
  }

  private synchronized void awaitChange(long atMostNanos) {
    long start = System.nanoTime();
    int before = changes;
    boolean interrupted = false;
    long left = atMostNanos;
    while (changes == before && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = atMostNanos - (System.nanoTime() - start);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
