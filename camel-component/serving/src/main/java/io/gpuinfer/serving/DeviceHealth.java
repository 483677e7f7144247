package io.gpuinfer.serving;

import io.gpuinfer.engine.DeviceOfflineException;
import java.time.Duration;

/**
 * Remembers whether the device works, and when to try it again after it failed.
 *
 * <p>After a failure the device is left alone for 500 ms, then one request tries it. Each failed
 * try doubles the wait, up to 8 s; a success ends it. Not thread-safe: its owner guards it.
 */
final class DeviceHealth {

  private static final long FIRST_WAIT = Duration.ofMillis(500).toNanos();
  private static final long LONGEST_WAIT = Duration.ofSeconds(8).toNanos();

  private ServerState state = ServerState.STABLE;
  private DeviceOfflineException lastFailure;
  private long wait = FIRST_WAIT;
  private long nextProbe;

  /** {@code STABLE}, {@code OFFLINE} or {@code RECOVERING}. */
  ServerState state() {
    return state;
  }

  /** Whether a request may go to the device now, be it as the probe. */
  boolean admits(long now) {
    return switch (state) {
      case OFFLINE -> now - nextProbe >= 0;
      case RECOVERING -> false;
      default -> true;
    };
  }

  /** A request was let through; while offline it is the probe. */
  void admitted() {
    if (state == ServerState.OFFLINE) {
      state = ServerState.RECOVERING;
    }
  }

  void succeeded() {
    state = ServerState.STABLE;
    wait = FIRST_WAIT;
    lastFailure = null;
  }

  void failed(DeviceOfflineException failure, long now) {
    if (state == ServerState.RECOVERING) {
      wait = Math.min(2 * wait, LONGEST_WAIT);
    }
    goOffline(failure, now);
  }

  /** A request ended without telling anything about the device. */
  void inconclusive(long now) {
    if (state == ServerState.RECOVERING) {
      goOffline(lastFailure, now);
    }
  }

  /** The refusal of a request that comes while the device is left alone. */
  DeviceOfflineException refusal(String server, long now) {
    String next =
        state == ServerState.RECOVERING
            ? "it is being tried again now"
            : "it is tried again in " + Duration.ofNanos(nextProbe - now).toMillis() + " ms";
    return new DeviceOfflineException(
        "The device of %s is offline, %s: %s".formatted(server, next, lastFailure.getMessage()),
        lastFailure.status());
  }

  private void goOffline(DeviceOfflineException failure, long now) {
    state = ServerState.OFFLINE;
    lastFailure = failure;
    nextProbe = now + wait;
  }
}
