package io.gpuinfer.load;

import io.gpuinfer.serving.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The states of the model over the time of a run, as its answers tell them. Of the answers of a
 * twentieth of a second the gravest state counts; while there are none, the last one holds.
 */
public final class StateTimeline {

  /**
   * A time through which the state was the same.
   *
   * @param fromNanos since the start of the run
   * @param toNanos since the start of the run
   */
  public record Segment(ServerState state, long fromNanos, long toNanos) {}

  private static final long STEP = TimeUnit.MILLISECONDS.toNanos(50);

  private final List<ServerState> steps = new ArrayList<>();

  /**
   * An answer told the state.
   *
   * @param nanos since the start of the run
   */
  public synchronized void observe(long nanos, ServerState state) {
    int step = (int) (Math.max(0, nanos) / STEP);
    while (steps.size() <= step) {
      steps.add(null);
    }
    ServerState known = steps.get(step);
    steps.set(step, known == null ? state : ServerState.worst(Stream.of(known, state)));
  }

  /** The whole run without gaps; empty when no answer told anything. */
  public synchronized List<Segment> segments() {
    List<Segment> segments = new ArrayList<>();
    ServerState state = steps.stream().filter(each -> each != null).findFirst().orElse(null);
    long from = 0;
    for (int step = 0; step < steps.size(); step++) {
      ServerState next = steps.get(step);
      if (next != null && next != state) {
        segments.add(new Segment(state, from, step * STEP));
        state = next;
        from = step * STEP;
      }
    }
    if (state != null) {
      segments.add(new Segment(state, from, steps.size() * STEP));
    }
    return segments;
  }
}
