package io.gpuinfer.engine;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Bounds of one run, and who is told of its passes.
 *
 * @param deadlineNanos on the clock of {@link System#nanoTime()}, or {@link Long#MAX_VALUE} for
 *     none
 * @param cancelled asked between slices of passes; when true the run stops
 * @param observer told of each pass, or null. Each pass then is a call of its own, which takes some
 *     tens of microseconds more; the host engine tells of no passes
 */
public record RunOptions(
    long deadlineNanos, BooleanSupplier cancelled, Consumer<PassTime> observer) {

  /** No deadline, never cancelled. */
  public static final RunOptions NONE = new RunOptions(Long.MAX_VALUE, () -> false);

  public RunOptions(long deadlineNanos, BooleanSupplier cancelled) {
    this(deadlineNanos, cancelled, null);
  }

  public static RunOptions deadline(long deadlineNanos) {
    return new RunOptions(deadlineNanos, () -> false);
  }

  /** A run that tells of its passes; see {@link RunProfile}. */
  public static RunOptions observed(Consumer<PassTime> observer) {
    return new RunOptions(Long.MAX_VALUE, () -> false, observer);
  }
}
