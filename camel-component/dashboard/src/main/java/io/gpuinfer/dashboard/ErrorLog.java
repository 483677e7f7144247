package io.gpuinfer.dashboard;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The latest failures. Those of a model that are of the same kind, and come within a minute, are
 * one entry with their number, so that a flood of one kind leaves the others to be seen.
 */
final class ErrorLog {

  private static final int REMEMBERED = 50;
  private static final int LONGEST_MESSAGE = 1000;
  private static final Duration TOGETHER = Duration.ofMinutes(1);

  private final Clock clock;

  /** The latest come last. */
  private final List<Entry> entries = new ArrayList<>();

  /**
   * Failures that are alike.
   *
   * @param at when the latest came, in milliseconds since 1970
   * @param firstAt when the first came
   * @param model id of the model
   * @param message of the latest
   * @param advice what to do about it
   */
  record Entry(
      long at, long firstAt, long count, String model, String kind, String message, String advice) {

    private Entry again(long now, String said) {
      return new Entry(now, firstAt, count + 1, model, kind, said, advice);
    }
  }

  ErrorLog(Clock clock) {
    this.clock = clock;
  }

  /** A request failed. */
  void add(String model, Throwable failure) {
    FailureKind kind = FailureKind.of(failure);
    add(clock.millis(), model, kind, kind.message(failure));
  }

  /** The server of a model found something wrong. */
  void found(long at, String model, String message) {
    add(at, model, FailureKind.DEVICE, message);
  }

  private synchronized void add(long now, String model, FailureKind kind, String message) {
    String said =
        message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "…" : message;
    for (Entry entry : entries) {
      if (entry.model().equals(model)
          && entry.kind().equals(kind.title())
          && now - entry.at() < TOGETHER.toMillis()) {
        entries.remove(entry);
        entries.add(entry.again(now, said));
        return;
      }
    }
    entries.add(new Entry(now, now, 1, model, kind.title(), said, kind.advice()));
    if (entries.size() > REMEMBERED) {
      entries.remove(0);
    }
  }

  /** The latest first. */
  synchronized List<Entry> latest() {
    List<Entry> latest = new ArrayList<>(entries);
    latest.sort(Comparator.comparingLong(Entry::at).reversed());
    return latest;
  }
}
