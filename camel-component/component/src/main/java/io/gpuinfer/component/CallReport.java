package io.gpuinfer.component;

import io.gpuinfer.tasks.TaskResult;

/**
 * The end of an exchange at an endpoint.
 *
 * @param model the {@link ServedModel#id()} of the model that it went to
 * @param result the answer; null when there is none
 * @param failure why there is none; null when there is one
 * @param nanos time since the exchange came to the endpoint
 * @param fallback whether a circuit breaker sent it here in place of what failed
 */
public record CallReport(
    String model, TaskResult result, Throwable failure, long nanos, boolean fallback) {}
