package io.gpuinfer.serving.capacity;

import io.gpuinfer.serving.capacity.CapacityPlan.DatasetTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Says what a workload takes: by formulas where these hold, by a simulation of the server for
 * latencies and for batches of a few callers. The same workload and seed give the same plan.
 *
 * @param deviceBytes memory of each device
 * @param mostLoad share of their peak that devices may be asked for, so that a burst, a slow batch
 *     or a lost device leaves room; 0.8 is usual
 * @param seed of the simulation
 */
public record CapacityPlanner(long deviceBytes, double mostLoad, long seed) {

  private static final int REQUESTS = 30_000;

  /** No plan is for more. */
  private static final int MOST_DEVICES = 4096;

  private static final List<Integer> DATASET_DEVICES = List.of(1, 2, 4);

  public CapacityPlanner {
    if (deviceBytes < 1 || !(mostLoad > 0 && mostLoad <= 1)) {
      throw new IllegalArgumentException("A device needs memory, and a load between 0 and 1");
    }
  }

  public CapacityPlan plan(Workload asked) {
    Workload workload = fitted(asked);
    int forRate = devicesFor(workload.load());
    Forecast onOne = forecast(workload, 1);
    int devices = workload.memoryBytes() <= deviceBytes ? forRate : 0;
    if (devices > 0 && workload.deadline().isPresent()) {
      devices = devicesFor(workload, workload.deadline().get(), forRate);
    }
    Forecast needed = devices < 2 ? onOne : forecast(workload, devices);
    Bound bound = needed.overheadShare() > 0.5 ? Bound.BATCH_OVERHEAD : Bound.COMPUTE;
    if (!workload.equals(asked) || workload.memoryBytes() > deviceBytes) {
      bound = Bound.MEMORY;
    } else if (devices != forRate) {
      bound = Bound.DEADLINE;
    }
    return new CapacityPlan(
        workload.totalFlops(),
        workload.load(),
        workload.memoryBytes(),
        workload.demands().stream().map(Demand::model).toList(),
        onOne,
        devices,
        needed,
        bound,
        DATASET_DEVICES.stream().map(count -> datasetTime(workload, count)).toList());
  }

  /** How so many devices serve a workload, whether or not it fits their memory. */
  public Forecast forecast(Workload workload, int devices) {
    if (workload.load() >= devices) {
      return overloaded(workload, devices);
    }
    return new ServerSimulation(workload.demands(), devices, seed).run(REQUESTS);
  }

  /** The rates of all models shrink alike, and all batches are full. */
  private static Forecast overloaded(Workload workload, int devices) {
    double served = devices / workload.load();
    double overhead = 0;
    List<ModelForecast> models = new ArrayList<>();
    for (Demand demand : workload.demands()) {
      ModelCost cost = demand.model();
      double perBatch = cost.nanosPerBatch() / cost.maxBatchSize();
      overhead += demand.load() / workload.load() * perBatch / (perBatch + cost.nanosPerItem());
      models.add(
          new ModelForecast(
              cost.name(),
              served * demand.itemsPerSecond(),
              cost.maxBatchSize(),
              LatencyForecast.UNBOUNDED));
    }
    return new Forecast(devices, 1, overhead, models);
  }

  /** The same with batches so small that the device's memory holds them, if it can hold any. */
  private Workload fitted(Workload workload) {
    Workload fitted = workload;
    while (fitted.memoryBytes() > deviceBytes && canShrink(fitted)) {
      List<Demand> smaller =
          fitted.demands().stream()
              .map(
                  demand -> {
                    ModelCost cost = demand.model();
                    return demand.of(cost.withMaxBatchSize(Math.max(1, cost.maxBatchSize() / 2)));
                  })
              .toList();
      fitted = new Workload(smaller, workload.deadline());
    }
    return fitted;
  }

  private static boolean canShrink(Workload workload) {
    return workload.demands().stream().anyMatch(demand -> demand.model().maxBatchSize() > 1);
  }

  /** 0 when no number is enough. */
  private int devicesFor(double load) {
    double devices = Math.ceil(load / mostLoad);
    return devices > MOST_DEVICES ? 0 : (int) Math.max(1, devices);
  }

  /** 0 when no number is enough: when not even who comes alone is answered in time. */
  private int devicesFor(Workload workload, Duration deadline, int forRate) {
    for (Demand demand : workload.demands()) {
      Demand alone = Demand.closedLoop(demand.model(), 1);
      if (!new ServerSimulation(List.of(alone), 1, seed).run(REQUESTS).meets(deadline)) {
        return 0;
      }
    }
    return least(forRate, count -> forecast(workload, count).meets(deadline));
  }

  /** The least number from one on that is enough; 0 when none is. More never is worse. */
  private static int least(int from, IntPredicate enough) {
    int below = from - 1;
    int above = from;
    while (!enough.test(above)) {
      if (above == MOST_DEVICES) {
        return 0;
      }
      below = above;
      above = Math.min(MOST_DEVICES, 2 * above);
    }
    while (above - below > 1) {
      int middle = (above + below) / 2;
      if (enough.test(middle)) {
        above = middle;
      } else {
        below = middle;
      }
    }
    return above;
  }

  /**
   * Callers who wait for answers limit the batches, so their pace is simulated; where items arrive
   * by themselves, the dataset is a backlog, and all batches are full.
   */
  private DatasetTime datasetTime(Workload workload, int devices) {
    double seconds = 0;
    for (Demand demand : workload.demands()) {
      if (demand.totalItems() > 0) {
        seconds += demand.totalItems() / datasetRate(demand, devices);
      }
    }
    return new DatasetTime(devices, Duration.ofNanos((long) (seconds * 1e9)));
  }

  private double datasetRate(Demand demand, int devices) {
    if (demand.isOpenLoop()) {
      return devices * demand.model().peakPerSecond();
    }
    Forecast alone = new ServerSimulation(List.of(demand), devices, seed).run(REQUESTS);
    return alone.models().get(0).itemsPerSecond();
  }
}
