package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.Execution;
import io.gpuinfer.serving.ServerStatistics.BatchTime;

/**
 * Learns what batches take: the line {@code a·work + b} through the latest of them, as BentoML
 * keeps it. The squares are those of relative errors, since long batches vary by more than short
 * ones. Not thread-safe: its owner guards it.
 */
public final class BatchTimes {

  private static final int REMEMBERED = 50;

  /** Batches before which the line is no more than a guess. */
  private static final int FEW = 10;

  /** Below this share of spread, works are too alike to tell the two parts of the time apart. */
  private static final double LEAST_SPREAD = 1e-4;

  /** Nanoseconds by which any run may be late, for reasons of the system's own. */
  private static final double JITTER = 2e6;

  private static final double WEIGHT_OF_NEWEST = 0.3;

  /** Small, and no run counts as slower than that: one run that was held up is no sign. */
  private static final double WEIGHT_OF_ONE_SLOW = 0.1;

  private static final double SLOWEST = 5;

  private final WorkEstimate estimate;
  private final double[] works = new double[REMEMBERED];
  private final double[] times = new double[REMEMBERED];
  private int count;
  private int next;
  private BatchTime line = new BatchTime(0, 0, 0);
  private double slowness = 1;
  private double meanNanos;
  private double pace;

  public BatchTimes(WorkEstimate estimate) {
    this.estimate = estimate;
  }

  /** The line; all zeros before the first batch. */
  public BatchTime line() {
    return line;
  }

  /** Nanoseconds that a batch is expected to take; 0 while nothing is known. */
  public double expected(Batch batch) {
    return line.nanos(estimate.of(batch));
  }

  /** The mean time of late of a batch, in nanoseconds. */
  public double meanNanos() {
    return meanNanos;
  }

  /** Nanoseconds for a unit of work in the batches of late, with what each batch costs besides. */
  public double pace() {
    return pace;
  }

  /** How much longer than expected the latest batches took: 1 when as long. */
  public double slowness() {
    return slowness;
  }

  /**
   * Learns from a canary, which stands for a batch when there is none.
   *
   * @param times as long as it took at first
   */
  public void learnCanary(double times) {
    learnSlowness(times);
  }

  /**
   * Learns from a batch.
   *
   * @param nanos of the whole run; what only the first run of a shape takes is subtracted from it
   */
  public void learn(Batch batch, Execution execution, long nanos) {
    double expected = expected(batch);
    estimate.learn(batch, execution);
    double took = Math.max(1, nanos - execution.prepareNanos());
    if (expected > 0 && count >= FEW) {
      learnSlowness((took + JITTER) / (expected + JITTER));
    }
    meanNanos = count == 0 ? took : meanNanos + WEIGHT_OF_NEWEST * (took - meanNanos);
    works[next] = estimate.of(batch);
    double nanosPerWork = took / works[next];
    pace = count == 0 ? nanosPerWork : pace + WEIGHT_OF_NEWEST * (nanosPerWork - pace);
    times[next] = took;
    next = (next + 1) % REMEMBERED;
    count = Math.min(count + 1, REMEMBERED);
    line = fit();
  }

  private void learnSlowness(double times) {
    slowness += WEIGHT_OF_ONE_SLOW * (Math.min(times, SLOWEST) - slowness);
  }

  /** Weighted least squares, the weight of a batch being one over its time squared. */
  private BatchTime fit() {
    double weights = 0;
    double meanWork = 0;
    double meanTime = 0;
    for (int i = 0; i < count; i++) {
      double weight = 1 / (times[i] * times[i]);
      weights += weight;
      meanWork += weight * works[i];
      meanTime += weight * times[i];
    }
    meanWork /= weights;
    meanTime /= weights;
    double variance = 0;
    double covariance = 0;
    for (int i = 0; i < count; i++) {
      double weight = 1 / (times[i] * times[i]) / weights;
      variance += weight * (works[i] - meanWork) * (works[i] - meanWork);
      covariance += weight * (works[i] - meanWork) * (times[i] - meanTime);
    }
    if (variance <= LEAST_SPREAD * meanWork * meanWork) {
      return new BatchTime(meanTime / meanWork, 0, count);
    }
    double slope = covariance / variance;
    double base = meanTime - slope * meanWork;
    if (base < 0) {
      return new BatchTime(meanTime / meanWork, 0, count);
    }
    return slope < 0 ? new BatchTime(0, meanTime, count) : new BatchTime(slope, base, count);
  }
}
