package io.gpuinfer.serving.batch;

import io.gpuinfer.serving.Priority;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts together what is worth running together.
 *
 * <p>With {@code a·work + b} for the time of a batch, a request that joins saves the {@code b} of a
 * run of its own, and costs all others in it the time of its work. So a batch grows while {@code b}
 * is more than a small share of its time; and requests of another length join only where the
 * padding of all of them costs less time than {@code b}.
 */
public final class BatchFormer {

  /**
   * The share of a batch's time, beside its work, that larger batches are worth making for. Growing
   * on to infinity would win as much throughput, and cost everybody in the batch its time.
   */
  private static final double WORTHWHILE = 0.03;

  /** The same share, while others of a higher priority than those that fill up the batch wait. */
  private static final double WHILE_OTHERS_WAIT = 0.15;

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
   * The first request, with those that can join it: first those of its length, and then others.
   *
   * @param inTime whether only as far as all of them can be answered in time
   */
  private Batch grown(List<Part> waiting, boolean inTime, long now) {
    Part first = waiting.get(0);
    List<Part> same = new ArrayList<>();
    List<Part> others = new ArrayList<>();
    Map<Integer, Integer> rows = new HashMap<>();
    for (Part part : waiting.subList(1, waiting.size())) {
      if (first.job().form().joins(part.job().form())) {
        int length = part.job().form().length();
        (length == first.job().form().length() ? same : others).add(part);
        rows.merge(length, part.rows(), Integer::sum);
      }
    }
    Priority highest = first.job().priority();
    boolean peersWait = others.stream().anyMatch(part -> part.job().priority() == highest);
    Batch batch = new Batch(first);
    grow(batch, same, rows, inTime, peersWait, now);
    grow(batch, others, rows, inTime, peersWait, now);
    return batch;
  }

  /**
   * @param peersWait whether others of the first one's priority, which its length keeps out, wait
   *     for the end of this batch: then lower priorities fill it up by less
   */
  private void grow(
      Batch batch,
      List<Part> parts,
      Map<Integer, Integer> rows,
      boolean inTime,
      boolean peersWait,
      long now) {
    Priority highest = batch.parts().get(0).job().priority();
    for (Part part : parts) {
      boolean lower = part.job().priority() != highest;
      if (isComplete(batch) || (lower && peersWait && isWorthwhile(batch, WHILE_OTHERS_WAIT))) {
        return;
      }
      long deadline = earlier(batch.tightestDeadline(), part.job().request().deadlineNanos());
      if (batch.rows() + part.rows() <= maxRows
          && isWorthPadding(batch, part, rows.get(part.job().form().length()))
          && (!inTime || meets(deadline, expectedWith(batch, part), now))) {
        batch.add(part);
      }
    }
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
        ? isWorthwhile(batch, WORTHWHILE)
        : times.batches() > FIRST && times.batches() % 2 == 0 && batch.rows() >= maxRows / SMALL;
  }

  /** Whether what a batch costs beside its work is no more than a share of its time. */
  private boolean isWorthwhile(Batch batch, double share) {
    return times.line().nanosPerBatch() < share * times.expected(batch);
  }

  /**
   * Whether a request of another length should join. All that wait of that length would be a batch
   * by themselves, so it is their padding together that has to take less than a batch costs beside
   * its work.
   *
   * @param rows that wait of the request's length
   */
  private boolean isWorthPadding(Batch batch, Part part, int rows) {
    int length = part.job().form().length();
    int together = Math.max(batch.length(), length);
    double apart = estimate.of(batch) + rows * estimate.perRow(batch.form(), length);
    double padded = (batch.rows() + rows) * estimate.perRow(batch.form(), together);
    return batch.length() == length
        || (padded - apart) * times.line().nanosPerWork() < times.line().nanosPerBatch();
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
