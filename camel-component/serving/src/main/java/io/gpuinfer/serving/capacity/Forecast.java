package io.gpuinfer.serving.capacity;

import java.time.Duration;
import java.util.List;

/**
 * How a number of devices serves a workload once it has settled.
 *
 * @param devices that share the work, each with all models
 * @param utilisation share of the time that a device is at work. It is high long before the device
 *     is at its peak, as small batches keep it busy, too
 * @param overheadShare share of that time which goes to what every batch costs, however small
 * @param models in the order of the workload
 */
public record Forecast(
    int devices, double utilisation, double overheadShare, List<ModelForecast> models) {

  public Forecast {
    models = List.copyOf(models);
  }

  /** Whether 99 of 100 answers of every model come in time. */
  public boolean meets(Duration deadline) {
    return models.stream().allMatch(m -> m.latency().p99Nanos() <= deadline.toNanos());
  }

  /** Whether the devices keep up with what arrives. */
  public boolean isStable() {
    return models.stream().allMatch(m -> Double.isFinite(m.latency().p99Nanos()));
  }
}
