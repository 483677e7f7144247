package io.gpuinfer.samples.fleet.run;

import java.util.Collection;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What came back, by ids. */
final class Answers implements Consumer<Answer> {

  private final Map<String, Long> writtenAt = new ConcurrentHashMap<>();
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final List<Consumer<Answer>> listeners = new CopyOnWriteArrayList<>();

  /** Has each answer handed on, too, on the reader's thread. */
  void tell(Consumer<Answer> listener) {
    listeners.add(listener);
  }

  @Override
  public void accept(Answer answer) {
    listeners.forEach(listener -> listener.accept(answer));
    if (answer.id() == null) {
      return;
    }
    if (answer.isDead()) {
      dead.add(answer.id());
    }
    writtenAt.put(answer.id(), answer.writtenAt());
  }

  /** All ids that were answered, by results or dead letters. */
  int count() {
    return writtenAt.size();
  }

  /** How many of these ids were answered. */
  int count(Collection<String> ids) {
    return (int) ids.stream().filter(writtenAt::containsKey).count();
  }

  /** How many of these ids were answered by dead letters. */
  int dead(Collection<String> ids) {
    return (int) ids.stream().filter(dead::contains).count();
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
