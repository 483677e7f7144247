package io.gpuinfer.dashboard;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The events for one page, written without blocking: whoever has an event leaves it here, and it is
 * written now, or by the server when the page has read what came before.
 */
final class EventStream implements WriteListener, AsyncListener {

  /** Events that may wait for a page; one that is further behind is let go. */
  private static final int MOST_WAITING = 30;

  private final AsyncContext async;
  private final ServletOutputStream out;
  private final Consumer<EventStream> onEnd;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private boolean writable;
  private boolean unflushed;
  private boolean ended;

  /**
   * @param onEnd told once, when nothing more will be written
   */
  EventStream(AsyncContext async, ServletOutputStream out, Consumer<EventStream> onEnd) {
    this.async = async;
    this.out = out;
    this.onEnd = onEnd;
  }

  /** Leaves an event, or ends the stream of a page that does not read. */
  void offer(byte[] event) {
    boolean behind;
    lock.lock();
    try {
      waiting.addLast(event);
      behind = waiting.size() > MOST_WAITING;
    } finally {
      lock.unlock();
    }
    if (behind) {
      end();
    } else {
      write();
    }
  }

  @Override
  public void onWritePossible() {
    lock.lock();
    try {
      // Before the server says so for the first time, nobody may ask whether it is ready.
      writable = true;
    } finally {
      lock.unlock();
    }
    write();
  }

  private void write() {
    boolean broken = false;
    lock.lock();
    try {
      while (writable && !ended && (unflushed || !waiting.isEmpty()) && out.isReady()) {
        if (waiting.isEmpty()) {
          unflushed = false;
          out.flush();
        } else {
          out.write(waiting.removeFirst());
          unflushed = true;
        }
      }
    } catch (IOException | IllegalStateException e) {
      // The page is gone.
      broken = true;
    } finally {
      lock.unlock();
    }
    if (broken) {
      end();
    }
  }

  /** Writes nothing more. */
  void end() {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      ended = true;
      waiting.clear();
    } finally {
      lock.unlock();
    }
    onEnd.accept(this);
    try {
      async.complete();
    } catch (IllegalStateException e) {
      // The server has ended it already.
    }
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    end();
  }

  @Override
  public void onError(AsyncEvent event) {
    end();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // It is the stream itself that did.
  }
}
