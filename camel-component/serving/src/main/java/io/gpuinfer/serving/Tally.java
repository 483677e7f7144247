package io.gpuinfer.serving;

import io.gpuinfer.engine.Execution;
import io.gpuinfer.serving.ServerStatistics.BatchTime;
import io.gpuinfer.serving.ServerStatistics.Latency;
import io.gpuinfer.serving.ServerStatistics.Placement;
import io.gpuinfer.serving.batch.Batch;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Counts what becomes of requests and batches. Not thread-safe: its owner guards it. */
final class Tally {

  private static final long LONGEST = Duration.ofHours(1).toNanos();
  private static final int DIGITS = 2;

  private final Histogram latency = new Histogram(LONGEST, DIGITS);
  private final Map<Refusal, Long> refusals = new EnumMap<>(Refusal.class);
  private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Integer, Long> batchSizes = new HashMap<>();
  private final Map<String, Placement> placement = new HashMap<>();
  private long admitted;
  private long rejected;
  private long executions;
  private long items;
  private long queueNanos;
  private long inputNanos;
  private long computeNanos;
  private long outputNanos;

  void admitted() {
    admitted++;
  }

  void refused(Refusal why) {
    rejected++;
    refusals.merge(why, 1L, Long::sum);
  }

  /**
   * An admitted request ended.
   *
   * @param failure null for other outcomes than a failure
   */
  void ended(Outcome outcome, Failure failure, long waited, long nanos) {
    outcomes.merge(outcome, 1L, Long::sum);
    if (failure != null) {
      failures.merge(failure, 1L, Long::sum);
    }
    if (outcome == Outcome.COMPLETED) {
      queueNanos += waited;
      latency.recordValue(Math.max(0, Math.min(LONGEST, nanos)));
    }
  }

  void ran(Batch batch, Execution execution) {
    executions++;
    items += batch.rows();
    batchSizes.merge(batch.rows(), 1L, Long::sum);
    inputNanos += execution.inputNanos();
    computeNanos += execution.computeNanos();
    outputNanos += execution.outputNanos();
    placement.merge(
        execution.device().name(),
        new Placement(
            execution.nodes(),
            execution.executedNodes(),
            execution.flops(),
            execution.executedFlops(),
            execution.runNanos()),
        Tally::sum);
  }

  private static Placement sum(Placement one, Placement other) {
    return new Placement(
        one.nodes() + other.nodes(),
        one.executedNodes() + other.executedNodes(),
        one.flops() + other.flops(),
        one.executedFlops() + other.executedFlops(),
        one.nanos() + other.nanos());
  }

  ServerCounts counts(int waiting) {
    return new ServerCounts(
        admitted,
        of(Outcome.COMPLETED),
        of(Outcome.FAILED),
        of(Outcome.EXPIRED),
        of(Outcome.CANCELLED),
        rejected,
        waiting);
  }

  ServerStatistics statistics(int waiting, BatchTime line, double queuedWork, int limit) {
    return new ServerStatistics(
        counts(waiting),
        refusals,
        failures,
        executions,
        items,
        batchSizes,
        queueNanos,
        inputNanos,
        computeNanos,
        outputNanos,
        new Latency(
            latency.getTotalCount(),
            latency.getValueAtPercentile(50),
            latency.getValueAtPercentile(90),
            latency.getValueAtPercentile(95),
            latency.getValueAtPercentile(99),
            latency.getMaxValue()),
        line,
        queuedWork,
        limit,
        placement);
  }

  private long of(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }
}
