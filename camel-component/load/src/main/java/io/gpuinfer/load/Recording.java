package io.gpuinfer.load;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.Exchange;

/** Writes down what becomes of the requests of a run. Many threads may tell it. */
final class Recording {

  private final long from;
  private final long to;
  private final Duration deadline;
  private final Neighbours neighbours = new Neighbours();

  private final Tally tally = new Tally();
  private final LongAdder good = new LongAdder();
  private final Latencies answered = new Latencies();
  private final Map<Priority, Latencies> answeredByPriority = new EnumMap<>(Priority.class);
  private final Latencies refused = new Latencies();
  private final Latencies lag = new Latencies();
  private final ServedTimes served = new ServedTimes();
  private final Map<String, ServedTimes> servedBy = new ConcurrentHashMap<>();
  private final Map<ServerState, LongAdder> states = new EnumMap<>(ServerState.class);
  private final StateTimeline timeline = new StateTimeline();
  private final Map<Class<?>, Failures> failures = new ConcurrentHashMap<>();

  /** Failures of one kind; the message of the first stands for all of them. */
  private record Failures(String message, LongAdder count) {}

  /**
   * @param from when the measured time begins, as {@link System#nanoTime()} tells it. What ends
   *     before is counted but not timed
   * @param length of the measured time. What ends after it is timed, but no part of the goodput
   * @param deadline an answer that comes later is not good
   */
  Recording(long from, Duration length, Duration deadline) {
    this.from = from;
    this.to = from + length.toNanos();
    this.deadline = deadline;
    for (Priority priority : Priority.values()) {
      answeredByPriority.put(priority, new Latencies());
    }
    for (ServerState state : ServerState.values()) {
      states.put(state, new LongAdder());
    }
    neighbours.share();
  }

  /** A request is sent at a time that its caller chose. */
  void sent(Request request) {
    tally.sent(request.priority());
  }

  /**
   * A request is sent now.
   *
   * @param intended when it should have been
   */
  void sent(Request request, long intended, long now) {
    tally.sent(request.priority());
    lag.add(now - intended);
  }

  /**
   * A request has ended.
   *
   * @param intended when it should have been sent
   * @param sent when it was
   */
  void ended(Request request, long intended, long sent, long now, Exchange exchange) {
    Throwable failure = exchange.getException();
    Outcome outcome = Outcome.of(failure);
    tally.ended(request.priority(), outcome);
    if (outcome == Outcome.FAILED) {
      failures
          .computeIfAbsent(
              failure.getClass(), type -> new Failures(failure.toString(), new LongAdder()))
          .count()
          .increment();
    }
    if (now - from < 0) {
      return;
    }
    switch (outcome) {
      case ANSWERED -> answered(request, now - intended, now, exchange);
      case REJECTED -> refused.add(now - sent);
      default -> {
        if (failure instanceof DeviceOfflineException) {
          timeline.observe(now - from, ServerState.OFFLINE);
        }
      }
    }
  }

  private void answered(Request request, long latency, long now, Exchange exchange) {
    answered.add(latency);
    answeredByPriority.get(request.priority()).add(latency);
    if (now - to < 0 && latency <= deadline.toNanos()) {
      good.increment();
    }
    double millis = latency / (double) TimeUnit.MILLISECONDS.toNanos(1);
    served.add(exchange.getMessage(), millis);
    String device = exchange.getMessage().getHeader(GpuInferConstants.DEVICE, String.class);
    if (device != null) {
      servedBy
          .computeIfAbsent(device, name -> new ServedTimes())
          .add(exchange.getMessage(), millis);
    }
    ServerState state = exchange.getMessage().getHeader(GpuInferConstants.STATE, ServerState.class);
    if (state != null) {
      states.get(state).increment();
      timeline.observe(now - from, state);
    }
  }

  private Map<String, ServedTimes.Sums> sumsByDevice() {
    Map<String, ServedTimes.Sums> sums = new TreeMap<>();
    servedBy.forEach((device, times) -> sums.put(device, times.sums()));
    return sums;
  }

  /** Requests that were sent and have not ended. */
  long underWay() {
    Totals totals = tally.totals();
    return totals.allSent() - totals.allEnded();
  }

  /** What has been written down so far. */
  Measurement measurement() {
    Map<ServerState, Long> stateCounts = new EnumMap<>(ServerState.class);
    states.forEach((state, count) -> stateCounts.put(state, count.sum()));
    Map<String, Long> failureCounts = new TreeMap<>();
    failures.values().forEach(kind -> failureCounts.put(kind.message(), kind.count().sum()));
    return new Measurement(
        (to - from) / 1e9,
        tally.totals(),
        good.sum(),
        answered,
        answeredByPriority,
        refused,
        lag,
        served.sums(),
        sumsByDevice(),
        stateCounts,
        timeline.segments(),
        failureCounts,
        neighbours.share());
  }
}
