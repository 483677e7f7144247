package io.gpuinfer.component;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

/**
 * Lets answers leave in the order in which their exchanges came, failures and timeouts among them.
 * No thread waits for that: an answer that is too early is put by.
 *
 * <p>The routes behind the answers go on one after the other. One that takes longer than the
 * patience holds up no further answer: it may itself be waiting for one of them.
 */
final class AnswerOrder {

  private final Workers workers;
  private final Duration patience;
  private final Deque<Place> places = new ArrayDeque<>();
  private Place leaving;

  /**
   * @param patience with a route that goes on with its answer, and does not come back
   */
  AnswerOrder(Workers workers, Duration patience) {
    this.workers = workers;
    this.patience = patience;
  }

  /** The place of an exchange that comes now; what it executes must be one thing, its end. */
  synchronized Executor enter() {
    Place place = new Place();
    places.addLast(place);
    return place;
  }

  private final class Place implements Executor {
    private Runnable end;

    @Override
    public void execute(Runnable exchangeEnd) {
      synchronized (AnswerOrder.this) {
        end = exchangeEnd;
      }
      resumeNext();
    }
  }

  private void resumeNext() {
    Place next = takeNext();
    if (next != null) {
      workers.resume(() -> leave(next));
    }
  }

  /** The first in line, if it is ready to leave and no other is about to. */
  private synchronized Place takeNext() {
    if (leaving != null || places.isEmpty() || places.peekFirst().end == null) {
      return null;
    }
    leaving = places.pollFirst();
    return leaving;
  }

  private void leave(Place place) {
    Future<?> impatience = workers.after(patience, () -> hasLeft(place));
    try {
      place.end.run();
    } finally {
      impatience.cancel(false);
      hasLeft(place);
    }
  }

  private void hasLeft(Place place) {
    synchronized (this) {
      if (leaving != place) {
        return;
      }
      leaving = null;
    }
    resumeNext();
  }
}
