package io.gpuinfer.load;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param seconds how long it was measured
 * @param totals what became of the requests, those before the measured time included
 * @param good answers within the measured time that kept the deadline
 * @param answered from the intended time of sending to the answer
 * @param answeredByPriority the same for each priority
 * @param refused from sending to the refusal
 * @param lag from the intended time of sending to sending
 * @param served where the time of the answered ones went
 * @param servedBy the same for each device, by its name
 * @param states how many answers told which state
 * @param timeline the states over time
 * @param failures messages of the failed ones, and how often each came
 * @param others share of the processors that other programs took meanwhile
 */
public record Measurement(
    double seconds,
    Totals totals,
    long good,
    Latencies answered,
    Map<Priority, Latencies> answeredByPriority,
    Latencies refused,
    Latencies lag,
    ServedTimes.Sums served,
    Map<String, ServedTimes.Sums> servedBy,
    Map<ServerState, Long> states,
    List<StateTimeline.Segment> timeline,
    Map<String, Long> failures,
    double others) {

  /** Good answers in a second. */
  public double goodput() {
    return good / seconds;
  }
}
