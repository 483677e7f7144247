package io.gpuinfer.tasks;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.serving.Priority;

/**
 * Bounds of one call.
 *
 * @param priority place in the queue
 * @param deadlineNanos on the clock of {@link System#nanoTime()}, or {@link Long#MAX_VALUE} for
 *     none
 */
public record TaskCall(Priority priority, long deadlineNanos) {

  /** A call without a deadline. */
  public static TaskCall of(Priority priority) {
    return new TaskCall(priority, Long.MAX_VALUE);
  }

  /** Whether the deadline has passed; differences, because that clock may overflow. */
  public boolean isExpired(long nowNanos) {
    return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos >= 0;
  }

  /**
   * For work that takes long beside the device, between its parts.
   *
   * @throws DeadlineExceededException when the deadline has passed
   */
  public void requireTime() {
    if (isExpired(System.nanoTime())) {
      throw new DeadlineExceededException("The deadline passed while the request was made ready");
    }
  }
}
