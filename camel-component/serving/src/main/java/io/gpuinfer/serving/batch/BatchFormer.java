package io.gpuinfer.serving.batch;

import io.gpuinfer.serving.ServerStatistics.BatchTime;
import java.util.List;

/**
 * Puts together what is worth running together.
 *
 * <p>With {@code a·work + b} for the time of a batch, a request that joins saves the {@code b} of a
 * run of its own, and costs all others in it the time of its work. So a batch grows while {@code b}
 * is more than a small share of its time; and a request of another length joins only where padding
 * costs less time than {@code b}.
 */
public final class BatchFormer {

  /**
   * The share of a batch's time, beside its work, that larger batches are worth making for. Growing
   * on to infinity would win as much throughput, and cost everybody in the batch its time.
   */
  private static final double WORTHWHILE = 0.03;

  private final int maxRows;
  private final WorkEstimate estimate;
  private final BatchTimes times;

  /**
   * @param maxRows the most rows of a batch
   */
  public BatchFormer(int maxRows, WorkEstimate estimate, BatchTimes times) {
    this.maxRows = maxRows;
    this.estimate = estimate;
    this.times = times;
  }

  /**
   * The batch that should run next.
   *
   * @param waiting in the order of service, the first of which is served; left as it is
   */
  public Batch form(List<Part> waiting, long now) {
    Batch batch = new Batch(waiting.get(0));
    long tightest = waiting.get(0).job().request().deadlineNanos();
    for (Part part : waiting.subList(1, waiting.size())) {
      if (isComplete(batch)) {
        break;
      }
      long deadline = earlier(tightest, part.job().request().deadlineNanos());
      if (joins(batch, part) && meets(deadline, expectedWith(batch, part), now)) {
        batch.add(part);
        tightest = deadline;
      }
    }
    return batch;
  }

  /** Whether more requests would make the batch no more worthwhile. */
  public boolean isComplete(Batch batch) {
    BatchTime line = times.line();
    return batch.rows() >= maxRows
        || (line.nanosPerBatch() > 0 && line.nanosPerBatch() < WORTHWHILE * times.expected(batch));
  }

  private boolean joins(Batch batch, Part part) {
    return batch.rows() + part.rows() <= maxRows
        && batch.form().joins(part.job().form())
        && (batch.length() == part.job().form().length()
            || paddingNanos(batch, part) < times.line().nanosPerBatch());
  }

  /** What more it takes to run a request within a batch, compared with the work of both apart. */
  private double paddingNanos(Batch batch, Part part) {
    double apart = estimate.of(batch) + estimate.of(part);
    return (workWith(batch, part) - apart) * times.line().nanosPerWork();
  }

  private double workWith(Batch batch, Part part) {
    int length = Math.max(batch.length(), part.job().form().length());
    return (batch.rows() + part.rows()) * estimate.perRow(batch.form(), length);
  }

  private double expectedWith(Batch batch, Part part) {
    return times.line().nanos(workWith(batch, part));
  }

  private static boolean meets(long deadline, double nanos, long now) {
    return deadline == Long.MAX_VALUE || now + (long) nanos - deadline <= 0;
  }

  private static long earlier(long one, long other) {
    if (one == Long.MAX_VALUE || other == Long.MAX_VALUE) {
      return Math.min(one, other);
    }
    return one - other < 0 ? one : other;
  }
}
