package io.gpuinfer.samples.fleet.run;

import java.util.Collection;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What came back, by ids. */
final class Answers implements Consumer<Answer> {

  private final Map<String, Long> writtenAt = new ConcurrentHashMap<>();
  private final AtomicInteger dead = new AtomicInteger();
  private final List<Consumer<Answer>> listeners = new CopyOnWriteArrayList<>();

  /** Has each answer handed on, too, on the reader's thread. */
  void tell(Consumer<Answer> listener) {
    listeners.add(listener);
  }

  @Override
  public void accept(Answer answer) {
    listeners.forEach(listener -> listener.accept(answer));
    if (answer.isDead()) {
      dead.incrementAndGet();
    }
    if (answer.id() != null) {
      writtenAt.put(answer.id(), answer.writtenAt());
    }
  }

  /** Ids that were answered, by results or dead letters. */
  int count() {
    return writtenAt.size();
  }

  /** Requests that became dead letters. */
  int dead() {
    return dead.get();
  }

  /** Those of these ids that were not answered. */
  List<String> missing(Collection<String> ids) {
    return ids.stream().filter(id -> !writtenAt.containsKey(id)).toList();
  }

  /**
   * Answers in a second, from the first that was written to the last, of ids that were all
   * answered.
   */
  double perSecond(Collection<String> ids) {
    LongSummaryStatistics written = ids.stream().mapToLong(writtenAt::get).summaryStatistics();
    return 1000.0 * (ids.size() - 1) / Math.max(1, written.getMax() - written.getMin());
  }
}
