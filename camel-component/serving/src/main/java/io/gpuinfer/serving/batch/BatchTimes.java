package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.Execution;
import io.gpuinfer.serving.ServerStatistics.BatchTime;

/**
 * Learns what batches take: the line {@code a·work + b} through the latest of them, as BentoML
 * keeps it. The squares are those of relative errors, since long batches vary by more than short
 * ones, and count for less the older a batch is, so that a device that has become slower is soon
 * known as that.
 *
 * <p>A busy server runs batches that are all alike, and these do not tell {@code a} from {@code b}.
 * So how the time divides into the two is kept, with how sure that is, and batches change it by as
 * much as they differ in work; what batches take as a whole follows the latest in any case. Not
 * thread-safe: its owner guards it.
 */
public final class BatchTimes {

  private static final int REMEMBERED = 50;

  /** Batches before which the line is no more than a guess. */
  private static final int FEW = 10;

  /** What a batch counts for, compared with the next younger one. */
  private static final double FADING = 0.93;

  /** By which share of it the time of a batch varies for no reason. */
  private static final double NOISE = 0.1;

  /** What a batch adds to the variance of the share that the work has in the time. */
  private static final double DRIFT = 1e-6;

  /** An error of the work's share in the time of a batch that does not matter much. */
  private static final double SURE = 0.05;

  /** The variance of the work's share that two runs leave. */
  private static final double CALIBRATED = 1e-3;

  /** A batch that takes longer than so many times what is expected is learnt as if it did not. */
  private static final double OUTLIER = 3;

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
  private long batches;
  private BatchTime line = new BatchTime(0, 0, 0);

  /** How unsure the share of the work in the time is. */
  private double variance = 1;

  private double slowness = 1;
  private double meanNanos;
  private double meanWork;

  public BatchTimes(WorkEstimate estimate) {
    this.estimate = estimate;
  }

  /** The line; all zeros before the first batch. */
  public BatchTime line() {
    return line;
  }

  /**
   * Begins with the line through two runs, before any batch. A server that is busy from its start
   * on sees nothing but large batches, in a process that is still warming up.
   */
  public void calibrate(double smallWork, long smallNanos, double largeWork, long largeNanos) {
    double slope = (largeNanos - smallNanos) / (largeWork - smallWork);
    if (slope > 0 && smallNanos > 0) {
      line = new BatchTime(slope, Math.max(0, smallNanos - slope * smallWork), 1);
      variance = CALIBRATED;
    }
  }

  /** Whether it is known well enough how the time divides into that of the work and the rest. */
  boolean isSure() {
    return variance <= SURE * SURE;
  }

  /** Batches that it has learnt from. */
  long batches() {
    return batches;
  }

  /** What a batch may cost beside its work at the most, as far as that is known. */
  double mostNanosPerBatch() {
    return line.nanosPerBatch() + Math.sqrt(variance) * meanNanos;
  }

  /** Nanoseconds that a batch is expected to take; 0 while nothing is known. */
  public double expected(Batch batch) {
    return line.nanos(estimate.of(batch));
  }

  /** The mean time of late of a batch, in nanoseconds. */
  public double meanNanos() {
    return meanNanos;
  }

  /**
   * The line; or while that is no more than a guess, the one on which large batches would be as
   * fast as they may turn out to be.
   */
  public BatchTime atBest() {
    if (isSure() || count == 0) {
      return line;
    }
    double base = Math.min(meanNanos, mostNanosPerBatch());
    return new BatchTime((meanNanos - base) / meanWork, base, line.batches());
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
      took = Math.min(took, OUTLIER * (expected + JITTER));
    }
    meanNanos = count == 0 ? took : meanNanos + WEIGHT_OF_NEWEST * (took - meanNanos);
    works[next] = estimate.of(batch);
    meanWork = count == 0 ? works[next] : meanWork + WEIGHT_OF_NEWEST * (works[next] - meanWork);
    times[next] = took;
    next = (next + 1) % REMEMBERED;
    count = Math.min(count + 1, REMEMBERED);
    batches++;
    line = fit();
  }

  private void learnSlowness(double times) {
    slowness += WEIGHT_OF_ONE_SLOW * (Math.min(times, SLOWEST) - slowness);
  }

  /** Weighted least squares. */
  private BatchTime fit() {
    double[] weights = weights();
    double all = 0;
    double meanWork = 0;
    double meanTime = 0;
    for (int i = 0; i < count; i++) {
      all += weights[i];
      meanWork += weights[i] * works[i];
      meanTime += weights[i] * times[i];
    }
    meanWork /= all;
    meanTime /= all;
    double spread = 0;
    double slope = 0;
    for (int i = 0; i < count; i++) {
      double share = weights[i] / all;
      spread += share * (works[i] - meanWork) * (works[i] - meanWork);
      slope += share * (works[i] - meanWork) * (times[i] - meanTime);
    }
    double ofWork = share(slope / Math.max(spread, Double.MIN_NORMAL), meanWork, meanTime, spread);
    return new BatchTime(ofWork * meanTime / meanWork, (1 - ofWork) * meanTime, count);
  }

  /** The younger the more, and the same for equal relative errors. */
  private double[] weights() {
    double[] weights = new double[count];
    double fade = 1;
    for (int age = 0; age < count; age++) {
      int i = (next - 1 - age + REMEMBERED) % REMEMBERED;
      double size = line.batches() > 0 ? line.nanos(works[i]) : works[i];
      weights[i] = fade / (size * size);
      fade *= FADING;
    }
    return weights;
  }

  /** The share of the work in the time of a mean batch: as known, and as the slope tells. */
  private double share(double slope, double meanWork, double meanTime, double spread) {
    double known = line.batches() > 0 ? line.nanosPerWork() * meanWork / line.nanos(meanWork) : 1;
    double told = slope * meanWork / meanTime;
    double error = NOISE * NOISE * meanWork * meanWork / Math.max(spread, Double.MIN_NORMAL);
    variance = Math.min(1, variance + DRIFT);
    double gain = variance / (variance + error);
    variance *= 1 - gain;
    return Math.max(0, Math.min(1, known + gain * (told - known)));
  }
}
