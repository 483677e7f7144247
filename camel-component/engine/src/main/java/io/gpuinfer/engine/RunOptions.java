package io.gpuinfer.engine;

import java.util.function.BooleanSupplier;

/**
 * Bounds of one run.
 *
 * @param deadlineNanos on the clock of {@link System#nanoTime()}, or {@link Long#MAX_VALUE} for
 *     none
 * @param cancelled asked between slices of passes; when true the run stops
 */
public record RunOptions(long deadlineNanos, BooleanSupplier cancelled) {

  /** No deadline, never cancelled. */
  public static final RunOptions NONE = new RunOptions(Long.MAX_VALUE, () -> false);

  public static RunOptions deadline(long deadlineNanos) {
    return new RunOptions(deadlineNanos, () -> false);
  }
}
