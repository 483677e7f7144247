package io.gpuinfer.serving.capacity;

/**
 * How one model is served.
 *
 * @param model its name
 * @param itemsPerSecond answered, by all devices together
 * @param meanBatch items that share a run, in the mean over the runs
 * @param latency of a request of one item
 */
public record ModelForecast(
    String model, double itemsPerSecond, double meanBatch, LatencyForecast latency) {}
