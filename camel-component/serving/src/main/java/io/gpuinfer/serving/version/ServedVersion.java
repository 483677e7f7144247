package io.gpuinfer.serving.version;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version in memory, and how many hold it there: each request that uses it, and the place it
 * serves from. When the last of them lets go it is closed, once, and cannot be held again.
 */
final class ServedVersion<S extends Servable> {

  private static final Logger LOG = LoggerFactory.getLogger(ServedVersion.class);

  private final S model;
  private final Executor closers;
  private final Consumer<ServedVersion<S>> whenClosed;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param model held once from the start, by the place it is to serve from
   * @param closers closes it: that may block, and whoever brings an answer must not wait for it
   * @param whenClosed told after it was closed
   */
  ServedVersion(S model, Executor closers, Consumer<ServedVersion<S>> whenClosed) {
    this.model = model;
    this.closers = closers;
    this.whenClosed = whenClosed;
  }

  S model() {
    return model;
  }

  String version() {
    return model.version();
  }

  /** Keeps it in memory until {@link #letGo}; false when it is too late for that. */
  boolean hold() {
    int now = holders.get();
    while (now > 0 && !holders.compareAndSet(now, now + 1)) {
      now = holders.get();
    }
    return now > 0;
  }

  void letGo() {
    if (holders.decrementAndGet() == 0) {
      try {
        closers.execute(this::close);
      } catch (RejectedExecutionException e) {
        // The executor is full or was shut down; the memory must come back all the same.
        Thread closer = new Thread(this::close, "gpu-infer close " + version());
        closer.setDaemon(true);
        closer.start();
      }
    }
  }

  int holders() {
    return holders.get();
  }

  /** Waits until it is closed; false when it still is not after so long. */
  boolean awaitClosed(Duration patience) {
    try {
      return closed.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return closed.getCount() == 0;
    }
  }

  private void close() {
    try {
      model.close();
    } catch (RuntimeException | Error e) {
      LOG.error("Version {} could not be closed, and may hold memory still", version(), e);
    } finally {
      whenClosed.accept(this);
      closed.countDown();
    }
  }
}
