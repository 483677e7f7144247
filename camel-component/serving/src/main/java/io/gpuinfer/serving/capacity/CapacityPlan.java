package io.gpuinfer.serving.capacity;

import java.time.Duration;
import java.util.List;

/**
 * What a workload takes.
 *
 * @param totalFlops Σ model complexity × dataset × concurrency
 * @param load devices' worth of peak that arrives; 0 where all callers wait for their answers
 * @param memoryBytes memory on each device
 * @param costs of the models as planned, in the workload's order: with the largest batches that the
 *     device's memory holds
 * @param onOne how one device serves it
 * @param devices the least number of devices that keeps up with the rate with head-room and keeps
 *     the deadline; 0 when no number does
 * @param needed how that number of devices serves it; as {@code onOne} when there is none
 * @param bound what decides the number
 * @param datasets the time for the whole dataset
 */
public record CapacityPlan(
    double totalFlops,
    double load,
    long memoryBytes,
    List<ModelCost> costs,
    Forecast onOne,
    int devices,
    Forecast needed,
    Bound bound,
    List<DatasetTime> datasets) {

  public CapacityPlan {
    costs = List.copyOf(costs);
    datasets = List.copyOf(datasets);
  }

  /**
   * The time for all items of all callers, one model's after the other's.
   *
   * @param devices that share the work
   */
  public record DatasetTime(int devices, Duration time) {}
}
