package io.gpuinfer.component;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.OverloadedException;
import java.util.concurrent.atomic.LongAdder;

/** How the exchanges of one endpoint ended; each is counted once. */
final class RequestCounts {

  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder rejected = new LongAdder();
  private final LongAdder expired = new LongAdder();

  void countCompleted() {
    completed.increment();
  }

  /** Counts an exchange that ended with an exception, by what that says. */
  void countFailure(Throwable failure) {
    if (failure instanceof OverloadedException) {
      rejected.increment();
    } else if (failure instanceof DeadlineExceededException) {
      expired.increment();
    } else {
      failed.increment();
    }
  }

  /** Exchanges that were answered. */
  long completed() {
    return completed.sum();
  }

  /** Exchanges that met an error of their own, or of the device. */
  long failed() {
    return failed.sum();
  }

  /** Exchanges that came when there was too much to do. */
  long rejected() {
    return rejected.sum();
  }

  /** Exchanges that got no answer in time. */
  long expired() {
    return expired.sum();
  }
}
