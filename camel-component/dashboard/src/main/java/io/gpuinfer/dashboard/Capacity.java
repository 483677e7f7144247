package io.gpuinfer.dashboard;

import io.gpuinfer.serving.capacity.Bound;
import java.util.List;

/** What loads take of devices: what is asked, and what is told. */
final class Capacity {

  private Capacity() {}

  /** What the models cost. */
  record Costs(List<Cost> models) {}

  /**
   * What a model costs on its device, as its latest batches tell.
   *
   * @param unknown why there are no figures; null where there are
   * @param msPerBatch what every batch takes, however small
   * @param peakPerSecond items, when all batches are full
   * @param memoryBytes weights, and the intermediates of a full batch
   */
  record Cost(
      String id,
      String part,
      String device,
      String unknown,
      Double gflopPerItem,
      Double bytesPerItem,
      Double msPerItem,
      Double msPerBatch,
      Double peakPerSecond,
      Integer maxBatchSize,
      Long weightBytes,
      Long memoryBytes) {}

  /**
   * What is asked of the models together.
   *
   * @param deadlineMs that 99 of 100 answers must keep; null or 0 for any
   */
  record Question(List<Wish> demands, Long deadlineMs) {}

  /**
   * What is asked of a model.
   *
   * @param items of the dataset that each caller brings
   * @param concurrency callers
   * @param itemsPerSecond that come by themselves; 0 when callers wait for their answers
   */
  record Wish(String model, double items, int concurrency, double itemsPerSecond) {}

  /**
   * What it takes.
   *
   * @param formula of the total
   * @param totalGflop Σ complexity × dataset × concurrency
   * @param devices the least number that is enough; 0 when none is
   * @param loadShare devices' worth of peak that comes by itself
   * @param memoryBytes on each device
   * @param onOne how one device does
   * @param onNeeded how the least number does
   * @param datasets the time for all items
   */
  record Plan(
      String formula,
      double totalGflop,
      int devices,
      Bound bound,
      double loadShare,
      long memoryBytes,
      List<BatchSize> maxBatchSizes,
      Devices onOne,
      Devices onNeeded,
      List<DatasetTime> datasets) {}

  /** The largest batch of a model that the device's memory holds. */
  record BatchSize(String model, int size) {}

  /**
   * How so many devices do.
   *
   * @param stable whether they keep up with what comes
   * @param overheadShare of their time at work, what goes to what every batch costs
   */
  record Devices(
      int devices,
      boolean stable,
      double utilisationShare,
      double overheadShare,
      List<Forecast> models) {}

  /** How a model is served; latencies are null where more comes than can be done. */
  record Forecast(
      String model,
      double itemsPerSecond,
      double meanBatch,
      Double p50Ms,
      Double p90Ms,
      Double p99Ms) {}

  /** How long so many devices have to do. */
  record DatasetTime(int devices, double seconds) {}
}
