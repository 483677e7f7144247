package io.gpuinfer.engine;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets runs into a session, one at a time and in the order in which they came, and closes it
 * without waiting for the one that is inside, which may never end: what the session holds is given
 * back when nobody is inside any more.
 */
public final class SessionGate {

  private static final Logger LOG = LoggerFactory.getLogger(SessionGate.class);

  private final String model;
  private final Runnable dispose;
  private final ReentrantLock lock = new ReentrantLock(true); // held for moments only
  private final Condition change = lock.newCondition();
  private boolean occupied;
  private boolean closed;
  private boolean disposed;

  /**
   * @param model its name, for messages
   * @param dispose gives back what the session holds; called once, when it is closed and no run is
   *     inside, by whichever thread finds that first
   */
  public SessionGate(String model, Runnable dispose) {
    this.model = model;
    this.dispose = dispose;
  }

  /**
   * Waits for the runs that came before, and runs.
   *
   * @throws DeadlineExceededException when the deadline passed, or the thread was interrupted,
   *     while another run was inside
   * @throws IllegalStateException when the session is closed, at once
   */
  public <T> T run(RunOptions options, Supplier<T> run) {
    enter(options);
    try {
      return run.get();
    } finally {
      leave();
    }
  }

  private void enter(RunOptions options) {
    lock.lock();
    try {
      awaitTurn(options.deadlineNanos());
      if (closed) {
        throw new IllegalStateException("The session of '" + model + "' is closed");
      }
      occupied = true;
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn(long deadlineNanos) {
    long patience =
        deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - System.nanoTime();
    try {
      while (occupied && !closed) { // whoever is woken goes in, or the wake-up would be lost
        if (patience <= 0) {
          throw new DeadlineExceededException("The deadline passed while another run was going on");
        }
        patience = change.awaitNanos(patience);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadlineExceededException("Interrupted while another run was going on", e);
    }
  }

  private void leave() {
    lock.lock();
    occupied = false;
    change.signal();
    boolean last = isToBeDisposed();
    lock.unlock();
    if (last) {
      try {
        dispose.run();
      } catch (RuntimeException e) { // the run itself may have gone well
        LOG.warn("The session of '{}' could not give back what it held", model, e);
      }
    }
  }

  /** Refuses all runs that are not inside yet, and lets the session be disposed of. */
  public void close() {
    lock.lock();
    closed = true;
    change.signalAll();
    boolean last = isToBeDisposed();
    lock.unlock();
    if (last) {
      dispose.run();
    }
  }

  /** Whether the caller has to do it; nobody else is told so. */
  private boolean isToBeDisposed() {
    boolean now = closed && !occupied && !disposed;
    disposed |= now;
    return now;
  }
}
