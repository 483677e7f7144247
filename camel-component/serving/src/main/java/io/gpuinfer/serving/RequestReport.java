package io.gpuinfer.serving;

import io.gpuinfer.engine.GpuInferException;

/**
 * The end of an admitted request.
 *
 * @param server name of the server
 * @param version version of the model
 * @param priority of the request
 * @param outcome how it ended
 * @param failure why it failed; null for other outcomes
 * @param cause what its caller was told; null when it was answered or cancelled
 * @param queueNanos time it waited
 * @param totalNanos time from its submission to its end
 */
public record RequestReport(
    String server,
    String version,
    Priority priority,
    Outcome outcome,
    Failure failure,
    GpuInferException cause,
    long queueNanos,
    long totalNanos) {}
