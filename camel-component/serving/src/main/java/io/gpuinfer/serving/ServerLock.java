package io.gpuinfer.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one lock of a server. What others are to be told is told after it was left. */
final class ServerLock {

  private static final Logger LOG = LoggerFactory.getLogger(ServerLock.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private List<Runnable> later = new ArrayList<>();

  void locked(Runnable step) {
    locked(
        () -> {
          step.run();
          return null;
        });
  }

  /** Does something under the lock, and then tells what {@link #later} was given. */
  <T> T locked(Supplier<T> step) {
    List<Runnable> told = List.of();
    lock.lock();
    try {
      return step.get();
    } finally {
      if (lock.getHoldCount() == 1 && !later.isEmpty()) {
        told = later;
        later = new ArrayList<>();
      }
      lock.unlock();
      told.forEach(ServerLock::tell);
    }
  }

  private static void tell(Runnable told) {
    try {
      told.run();
    } catch (RuntimeException | Error e) {
      // Others that are to be told, callers among them, must hear of it all the same.
      LOG.warn("A listener threw, which it must not", e);
    }
  }

  /** Has something done once the lock is left; for those who hold it. */
  void later(Runnable told) {
    later.add(told);
  }

  /** Wakes those who wait for a condition; for those who hold the lock. */
  void signal() {
    changed.signalAll();
  }

  /** Waits for a condition, but no longer than so many nanoseconds. */
  void await(BooleanSupplier condition, long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!condition.getAsBoolean() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Only the wait is given up.
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
