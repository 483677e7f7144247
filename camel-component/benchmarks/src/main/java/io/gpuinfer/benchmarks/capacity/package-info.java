/**
 * {@code ./capacity}: measures what a model costs on a device, says what a workload takes, and
 * checks that against the server itself.
 */
package io.gpuinfer.benchmarks.capacity;
