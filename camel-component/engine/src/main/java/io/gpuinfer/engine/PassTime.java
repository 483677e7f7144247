package io.gpuinfer.engine;

import java.util.List;

/**
 * How long one pass took.
 *
 * @param kernel what it did, as the engine's documentation names it
 * @param origins names of the model's nodes that it did
 * @param startNanos on the clock of {@link System#nanoTime()}
 * @param nanos until the host had the result of the call
 * @param flops floating-point operations
 * @param bytes read and written, caches left aside
 */
public record PassTime(
    String kernel, List<String> origins, long startNanos, long nanos, long flops, long bytes) {

  public PassTime {
    origins = List.copyOf(origins);
  }
}
