package io.gpuinfer.component;

import java.util.concurrent.atomic.LongAdder;

/** How the exchanges of one endpoint ended. */
final class RequestCounts {

  private final LongAdder completed = new LongAdder();
  private final LongAdder failed = new LongAdder();

  void countCompleted() {
    completed.increment();
  }

  void countFailed() {
    failed.increment();
  }

  long completed() {
    return completed.sum();
  }

  long failed() {
    return failed.sum();
  }
}
