package io.gpuinfer.samples.fleet.worker;

/**
 * Where a worker writes.
 *
 * @param results answers, each under the id of its request
 * @param retry requests that met an overload, to be tried again
 * @param dead requests that will not be answered, with the reason
 */
public record Topics(String results, String retry, String dead) {}
