package io.gpuinfer.serving;

import io.gpuinfer.engine.Execution;

/**
 * A batch that a device has run.
 *
 * @param server name of the server
 * @param version version of the model
 * @param requests that shared the run
 * @param items rows of all of them; padding is none of them
 * @param work of the run, padding included, in FLOPs where the engine counts them
 * @param predictedNanos what the batch was expected to take; 0 while nothing is known
 * @param nanos what it took
 * @param execution what was executed, and where
 */
public record BatchReport(
    String server,
    String version,
    int requests,
    int items,
    double work,
    double predictedNanos,
    long nanos,
    Execution execution) {}
