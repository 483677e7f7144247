package io.gpuinfer.serving;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.GpuInferException;

/** Counts what became of requests. Not thread-safe: its owner guards it. */
final class Tally {

  long admitted;
  long rejected;
  private long completed;
  private long failed;
  private long expired;
  private long cancelled;

  /**
   * Counts the end of an admitted request.
   *
   * @param failure why it was not answered; null when it was
   */
  void count(PendingRequest pending, GpuInferException failure) {
    if (pending.isCancelled()) {
      cancelled++;
    } else if (failure == null) {
      completed++;
    } else if (failure instanceof DeadlineExceededException) {
      expired++;
    } else {
      failed++;
    }
  }

  ServerCounts counts(int waiting) {
    return new ServerCounts(admitted, completed, failed, expired, cancelled, rejected, waiting);
  }
}
