package io.gpuinfer.tasks.video;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;

/**
 * Has a thread of its own produce the elements of a source ahead of the one who takes them, so many
 * at most, and closes the source when it is through, when the source fails, or when this is closed.
 * One thread at a time may take.
 *
 * @param <T> what is produced; never null
 */
public final class LookAhead<T> implements Iterator<T>, Closeable {

  /** A source that reads a stream which gives nothing keeps its thread, but not its caller. */
  private static final long CLOSING_MILLIS = 5000;

  /** What the source gave: an element, its failure, or neither at its end. */
  private record Outcome<T>(T element, Throwable failure) {}

  private final Iterator<T> source;
  private final Closeable resource;
  private final Semaphore places;
  private final BlockingQueue<Outcome<T>> ready = new LinkedBlockingQueue<>();
  private final Thread producer;
  private volatile boolean closed;
  private Outcome<T> next;

  private LookAhead(Iterator<T> source, Closeable resource, int depth) {
    this.source = source;
    this.resource = resource;
    this.places = new Semaphore(depth);
    this.producer = new Thread(this::produce, "gpu-infer-look-ahead");
    producer.setDaemon(true);
  }

  /**
   * Begins to produce.
   *
   * @param source closed by this from now on
   * @param depth how many elements may be there, or in the making, that nobody has taken
   */
  public static <T, S extends Iterator<T> & Closeable> LookAhead<T> of(S source, int depth) {
    LookAhead<T> ahead = new LookAhead<>(source, source, depth);
    ahead.producer.start();
    return ahead;
  }

  /** Waits for the next element, or for the end. */
  @Override
  public boolean hasNext() {
    if (next == null) {
      next = take();
    }
    return next.element() != null || next.failure() != null;
  }

  /** Waits for the next element; fails as the source did. */
  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("There are no more elements");
    }
    if (next.failure() instanceof Error error) {
      throw error;
    }
    if (next.failure() instanceof RuntimeException failure) {
      throw failure;
    }
    T element = next.element();
    next = null;
    places.release();
    return element;
  }

  /** Ends the production, and waits until the source is closed. */
  @Override
  public void close() {
    closed = true;
    places.release();
    try {
      producer.join(CLOSING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ready.clear();
    ready.add(new Outcome<>(null, null));
  }

  private Outcome<T> take() {
    try {
      return ready.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the next element", e);
    }
  }

  private void produce() {
    try (resource) {
      places.acquireUninterruptibly();
      while (!closed && source.hasNext()) {
        ready.add(new Outcome<>(source.next(), null));
        places.acquireUninterruptibly();
      }
      ready.add(new Outcome<>(null, null));
    } catch (IOException e) {
      ready.add(new Outcome<>(null, new IllegalStateException("A source could not be closed", e)));
    } catch (RuntimeException | Error e) {
      ready.add(new Outcome<>(null, e));
    }
  }
}
