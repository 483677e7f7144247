package io.gpuinfer.load;

import io.gpuinfer.serving.Priority;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts requests as they are sent and as they end, from many threads. */
public final class Tally {

  private final Map<Priority, LongAdder> sent = new EnumMap<>(Priority.class);
  private final Map<Priority, Map<Outcome, LongAdder>> ended = new EnumMap<>(Priority.class);

  public Tally() {
    for (Priority priority : Priority.values()) {
      sent.put(priority, new LongAdder());
      Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
      for (Outcome outcome : Outcome.values()) {
        outcomes.put(outcome, new LongAdder());
      }
      ended.put(priority, outcomes);
    }
  }

  public void sent(Priority priority) {
    sent.get(priority).increment();
  }

  public void ended(Priority priority, Outcome outcome) {
    ended.get(priority).get(outcome).increment();
  }

  public Totals totals() {
    Map<Priority, Long> sentSoFar = new EnumMap<>(Priority.class);
    sent.forEach((priority, count) -> sentSoFar.put(priority, count.sum()));
    Map<Priority, Map<Outcome, Long>> endedSoFar = new EnumMap<>(Priority.class);
    ended.forEach(
        (priority, outcomes) -> {
          Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
          outcomes.forEach((outcome, count) -> counts.put(outcome, count.sum()));
          endedSoFar.put(priority, counts);
        });
    return new Totals(sentSoFar, endedSoFar);
  }
}
