package io.gpuinfer.serving.batch;

import io.gpuinfer.serving.Priority;
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

  /** The share of a batch of the largest size that is a small one. */
  private static final int SMALL = 4;

  /** Batches that are as large as they come, as these may differ by themselves. */
  private static final int FIRST = 4;

  /** By which factor a batch has to do more in its time for a request to be passed over. */
  private static final double WORTH_PASSING = 1.1;

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
   * The batch that should run next: the first request, with those that can join it and let all of
   * them be answered in time.
   *
   * <p>One with little time left keeps the batch small. While many wait that costs others their
   * answers, so such requests are passed over where a batch without them does more in its time, and
   * has no fewer of high priority.
   *
   * @param waiting in the order of service; left as it is
   */
  public Batch form(List<Part> waiting, long now) {
    Batch batch = grown(waiting, true, now);
    if (isComplete(batch) || batch.size() == waiting.size()) {
      return batch;
    }
    double whole = times.expected(grown(waiting, false, now));
    List<Part> patient =
        waiting.stream()
            .filter(part -> meets(part.job().request().deadlineNanos(), whole, now))
            .toList();
    if (patient.isEmpty()) {
      return batch;
    }
    Batch other = grown(patient, true, now);
    double gain = rate(other, other.rows()) / rate(batch, batch.rows());
    boolean fair = highRows(other) >= highRows(batch);
    return gain > WORTH_PASSING && fair ? other : batch;
  }

  /**
   * The first request, with those that can join it.
   *
   * @param inTime whether only as far as all of them can be answered in time
   */
  private Batch grown(List<Part> waiting, boolean inTime, long now) {
    Batch batch = new Batch(waiting.get(0));
    long tightest = waiting.get(0).job().request().deadlineNanos();
    for (Part part : waiting.subList(1, waiting.size())) {
      if (isComplete(batch)) {
        break;
      }
      long deadline = earlier(tightest, part.job().request().deadlineNanos());
      if (joins(batch, part) && (!inTime || meets(deadline, expectedWith(batch, part), now))) {
        batch.add(part);
        tightest = deadline;
      }
    }
    return batch;
  }

  /** How many of some rows of a batch a device runs in a nanosecond. */
  private double rate(Batch batch, int rows) {
    return rows / Math.max(1, times.expected(batch));
  }

  private static int highRows(Batch batch) {
    int rows = 0;
    for (Part part : batch.parts()) {
      rows += part.job().priority() == Priority.HIGH ? part.rows() : 0;
    }
    return rows;
  }

  /**
   * Whether more requests would make the batch no more worthwhile. While it is not known what they
   * would, every other batch is a small one, as it cannot be learnt from batches that are all
   * alike.
   */
  public boolean isComplete(Batch batch) {
    if (batch.rows() >= maxRows || batch.form().rows() == Form.ALONE) {
      return true;
    }
    return times.isSure()
        ? times.line().nanosPerBatch() < WORTHWHILE * times.expected(batch)
        : times.batches() > FIRST && times.batches() % 2 == 0 && batch.rows() >= maxRows / SMALL;
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
