package io.gpuinfer.serving;

import io.gpuinfer.serving.device.ServerThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Wakes a server: once at the earliest of the times asked for, and for each of its instances when
 * that has to be seen to. Not thread-safe: its owner guards it.
 */
final class Alarm {

  /** After which time a server that is not well should be looked at again. */
  static final long SOON = Duration.ofMillis(200).toNanos();

  private static final Runnable NOTHING = () -> {};

  private final ServerThreads threads;
  private final Runnable wake;
  private final Map<Integer, Runnable> watches = new HashMap<>();
  private Runnable cancel = NOTHING;
  private long due = Long.MAX_VALUE;
  private boolean off;

  Alarm(ServerThreads threads, Runnable wake) {
    this.threads = threads;
    this.wake = wake;
  }

  /** Wakes the server at that time, or before. */
  void at(long time) {
    long now = threads.nanoTime();
    // One that is due, and has not rung yet, will; it must not be put off.
    if (off || time == Long.MAX_VALUE || (due != Long.MAX_VALUE && time - due >= 0)) {
      return;
    }
    cancel.run();
    due = time;
    cancel = threads.schedule(Math.max(0, time - now), wake);
  }

  /** It has woken the server, and waits to be asked again. */
  void rang() {
    due = Long.MAX_VALUE;
  }

  /** Does something about an instance after a while, in place of what was to be done before. */
  void watch(int instance, long delayNanos, Runnable action) {
    if (!off) {
      Runnable before = watches.put(instance, threads.schedule(delayNanos, action));
      if (before != null) {
        before.run();
      }
    }
  }

  /** Wakes nobody any more. */
  void off() {
    off = true;
    cancel.run();
    watches.values().forEach(Runnable::run);
  }
}
