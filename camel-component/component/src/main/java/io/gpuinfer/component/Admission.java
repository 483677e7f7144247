package io.gpuinfer.component;

import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the requests that are under way to one model, before any work is spent on them. Its queue
 * alone would not do: a request is tokenized or decoded before it gets there.
 */
final class Admission {

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(1);

  private final String model;
  private final int most;
  private final Semaphore places;
  private final AtomicLong lastNanos = new AtomicLong();

  /**
   * @param model for messages
   * @param most requests under way at a time
   */
  Admission(String model, int most) {
    this.model = model;
    this.most = most;
    this.places = new Semaphore(most);
  }

  /**
   * Takes a place, to be given back by {@link #leave}.
   *
   * @throws OverloadedException when there is none
   */
  void enter() {
    if (!places.tryAcquire()) {
      Duration last = Duration.ofNanos(lastNanos.get());
      Duration retryAfter = last.compareTo(SHORTEST_RETRY) > 0 ? last : SHORTEST_RETRY;
      throw new OverloadedException(
          "%d requests to model %s are under way; try again in %d ms"
              .formatted(most, model, retryAfter.toMillis()),
          retryAfter);
    }
  }

  void leave() {
    places.release();
  }

  int underWay() {
    return most - places.availablePermits();
  }

  /** How long the latest answer took: what who comes too late is told to wait. */
  void answeredIn(long nanos) {
    lastNanos.set(nanos);
  }
}
