package io.gpuinfer.samples.fleet.run;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A worker that was killed, and how long its partitions waited: from the kill to the first answer
 * of another worker to a request of that partition.
 */
final class Failover {

  private final String victim;
  private final long killedAt;
  private final Set<Integer> partitions;
  private final Map<Integer, Long> backAt = new ConcurrentHashMap<>();

  /**
   * @param killedAt milliseconds since 1970
   * @param partitions that it had
   */
  Failover(String victim, long killedAt, Set<Integer> partitions) {
    this.victim = victim;
    this.killedAt = killedAt;
    this.partitions = Set.copyOf(partitions);
  }

  /** Answers need not come in the order in which they were written. */
  void see(Answer answer) {
    if (answer.attempt() == 1
        && partitions.contains(answer.partition())
        && !victim.equals(answer.worker())
        && answer.writtenAt() > killedAt) {
      backAt.merge(answer.partition(), answer.writtenAt(), Math::min);
    }
  }

  String victim() {
    return victim;
  }

  Set<Integer> partitions() {
    return partitions;
  }

  /** Milliseconds, ascending; of the partitions that had requests left. */
  List<Long> waits() {
    return backAt.values().stream().map(at -> at - killedAt).sorted().toList();
  }

  boolean isOver() {
    return backAt.keySet().containsAll(partitions);
  }
}
