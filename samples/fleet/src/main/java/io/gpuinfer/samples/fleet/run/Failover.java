package io.gpuinfer.samples.fleet.run;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A worker that was killed, and how long its partitions waited for another one. */
final class Failover {

  private final String victim;
  private final long killedAt;
  private final Set<Integer> partitions;
  private final Map<Integer, Long> ownedAt = new ConcurrentHashMap<>();
  private final Map<Integer, Long> answeredAt = new ConcurrentHashMap<>();

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
      answeredAt.merge(answer.partition(), answer.writtenAt(), Math::min);
    }
  }

  /** Who has the partitions at a time. */
  void see(Map<Integer, String> owners, long at) {
    for (int partition : partitions) {
      if (owners.containsKey(partition) && !owners.get(partition).equals(victim)) {
        ownedAt.putIfAbsent(partition, at);
      }
    }
  }

  /** Whether all partitions have another worker. */
  boolean isOver() {
    return ownedAt.keySet().containsAll(partitions);
  }

  /** From the kill until each partition had another worker, in milliseconds. */
  List<Long> rebalanceMillis() {
    return since(ownedAt);
  }

  /**
   * From the kill to another worker's first answer to a request of each partition that had requests
   * left, in milliseconds. Where a worker has a backlog, that of its other partitions comes first.
   */
  List<Long> answerMillis() {
    return since(answeredAt);
  }

  private List<Long> since(Map<Integer, Long> times) {
    return times.values().stream().map(at -> at - killedAt).toList();
  }
}
