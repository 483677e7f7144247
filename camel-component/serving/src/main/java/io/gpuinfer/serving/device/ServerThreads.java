package io.gpuinfer.serving.device;

/** The time and the threads of servers, so that tests can bring their own. */
public interface ServerThreads {

  /** Nanoseconds, as {@link System#nanoTime()} gives them. */
  long nanoTime();

  /** Milliseconds, as {@link System#currentTimeMillis()} gives them. */
  long epochMillis();

  /**
   * Does something once, after a while. It must be quick.
   *
   * @return takes that back, unless it has begun
   */
  Runnable schedule(long delayNanos, Runnable action);

  /** Does what belongs to the answer of a request, on a thread that may be kept for a while. */
  void complete(Runnable completion);

  /** A thread for one device, named after what it serves. */
  DeviceThread newDeviceThread(String name);
}
