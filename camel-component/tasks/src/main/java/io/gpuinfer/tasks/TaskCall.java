package io.gpuinfer.tasks;

import io.gpuinfer.serving.Priority;

/**
 * Bounds of one call.
 *
 * @param priority place in the queue
 * @param deadlineNanos on the clock of {@link System#nanoTime()}
 */
public record TaskCall(Priority priority, long deadlineNanos) {}
