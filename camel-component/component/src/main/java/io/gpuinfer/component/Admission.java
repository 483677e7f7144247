package io.gpuinfer.component;

import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.Priority;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the requests that are under way to one model, before any work is spent on them. Its queue
 * alone would not do: a request is tokenized or decoded before it gets there.
 *
 * <p>Higher priorities have a few places more, so that they get to the queue, where they take the
 * place of lower ones.
 */
final class Admission {

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(1);

  private final String model;
  private final int most;
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicLong lastNanos = new AtomicLong();

  /**
   * @param model for messages
   * @param most requests under way at a time, of low priority; of normal priority an eighth more
   *     may be, and of high priority a quarter more
   */
  Admission(String model, int most) {
    this.model = model;
    this.most = most;
  }

  /**
   * Takes a place, to be given back by {@link #leave}.
   *
   * @throws OverloadedException when there is none
   */
  void enter(Priority priority) {
    if (underWay.incrementAndGet() > most + reserve(priority)) {
      underWay.decrementAndGet();
      Duration last = Duration.ofNanos(lastNanos.get());
      Duration retryAfter = last.compareTo(SHORTEST_RETRY) > 0 ? last : SHORTEST_RETRY;
      throw new OverloadedException(
          "%d requests to model %s are under way; try again in %d ms"
              .formatted(most, model, retryAfter.toMillis()),
          retryAfter);
    }
  }

  private int reserve(Priority priority) {
    return switch (priority) {
      case HIGH -> Math.max(1, most / 4);
      case NORMAL -> most / 8;
      case LOW -> 0;
    };
  }

  void leave() {
    underWay.decrementAndGet();
  }

  int underWay() {
    return underWay.get();
  }

  /** How long the latest answer took: what who comes too late is told to wait. */
  void answeredIn(long nanos) {
    lastNanos.set(nanos);
  }
}
