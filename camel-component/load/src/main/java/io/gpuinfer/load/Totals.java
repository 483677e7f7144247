package io.gpuinfer.load;

import io.gpuinfer.serving.Priority;
import java.util.Map;

/**
 * How many requests were sent, and how many ended in which way.
 *
 * @param sent by priority
 * @param ended by priority and outcome
 */
public record Totals(Map<Priority, Long> sent, Map<Priority, Map<Outcome, Long>> ended) {

  public long allSent() {
    return sent.values().stream().mapToLong(Long::longValue).sum();
  }

  public long allEnded() {
    return ended.keySet().stream().mapToLong(this::ended).sum();
  }

  public long of(Outcome outcome) {
    return ended.keySet().stream().mapToLong(priority -> of(priority, outcome)).sum();
  }

  public long of(Priority priority, Outcome outcome) {
    return ended.getOrDefault(priority, Map.of()).getOrDefault(outcome, 0L);
  }

  /** Whether each request that was sent has ended, and none of them twice. */
  public boolean addUp() {
    return sent.entrySet().stream().allMatch(each -> each.getValue() == ended(each.getKey()));
  }

  private long ended(Priority priority) {
    return ended.get(priority).values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public String toString() {
    return "sent %d = answered %d + rejected %d + expired %d + failed %d"
        .formatted(
            allSent(),
            of(Outcome.ANSWERED),
            of(Outcome.REJECTED),
            of(Outcome.EXPIRED),
            of(Outcome.FAILED));
  }
}
