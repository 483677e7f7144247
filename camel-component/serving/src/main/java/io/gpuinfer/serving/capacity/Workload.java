package io.gpuinfer.serving.capacity;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is asked of all models together; each device has all of them.
 *
 * @param demands one for each model
 * @param deadline that 99 of 100 answers must keep, from submission on
 */
public record Workload(List<Demand> demands, Optional<Duration> deadline) {

  public Workload {
    demands = List.copyOf(demands);
    if (demands.isEmpty()) {
      throw new IllegalArgumentException("Nothing is asked of any model");
    }
  }

  /** Σ model complexity × dataset × concurrency, in floating-point operations. */
  public double totalFlops() {
    return demands.stream().mapToDouble(Demand::totalFlops).sum();
  }

  /** Memory on each device. */
  public long memoryBytes() {
    return demands.stream().mapToLong(demand -> demand.model().memoryBytes()).sum();
  }

  /**
   * Devices' worth of peak that is asked for. Each model is counted with full batches, since these
   * are what a loaded server makes.
   */
  double load() {
    return demands.stream().mapToDouble(Demand::load).sum();
  }
}
