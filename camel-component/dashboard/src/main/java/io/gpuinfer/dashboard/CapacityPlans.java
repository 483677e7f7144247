package io.gpuinfer.dashboard;

import io.gpuinfer.dashboard.Capacity.Cost;
import io.gpuinfer.dashboard.Capacity.Costs;
import io.gpuinfer.dashboard.Capacity.Plan;
import io.gpuinfer.dashboard.Capacity.Question;
import io.gpuinfer.dashboard.Capacity.Wish;
import io.gpuinfer.serving.capacity.CapacityPlan;
import io.gpuinfer.serving.capacity.CapacityPlanner;
import io.gpuinfer.serving.capacity.Demand;
import io.gpuinfer.serving.capacity.Forecast;
import io.gpuinfer.serving.capacity.LatencyForecast;
import io.gpuinfer.serving.capacity.ModelCost;
import io.gpuinfer.serving.capacity.ModelForecast;
import io.gpuinfer.serving.capacity.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;

/** Says what loads take, as {@code ./capacity} does, of what the models were seen to cost. */
final class CapacityPlans {

  private static final String FORMULA = "total work = Σ complexity × dataset × concurrency";

  /** The share of its peak that a device may be asked for. */
  private static final double MOST_LOAD = 0.8;

  private static final long SEED = 1;
  private static final double GIGA = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;

  private static final int MOST_DEMANDS = 16;
  private static final double MOST_ITEMS = 1e12;
  private static final int MOST_CALLERS = 10_000;
  private static final double MOST_PER_SECOND = 1e6;

  private final Models models;
  private final Semaphore place = new Semaphore(1);

  CapacityPlans(Models models) {
    this.models = models;
  }

  Costs costs() {
    return new Costs(known().stream().map(CapacityPlans::cost).toList());
  }

  /**
   * Plans for what is asked. A plan is simulated, and takes a processor for that time, so there is
   * one at a time.
   *
   * @throws Refusal when another one is in the making, or the question makes no sense
   */
  Plan plan(Question question) {
    List<KnownCost> asked = new ArrayList<>();
    Workload workload = workload(question, asked);
    if (!place.tryAcquire()) {
      throw Refusal.busy("Another plan is in the making; try again");
    }
    try {
      long memory =
          asked.stream().mapToLong(cost -> cost.device().memoryBytes()).min().orElseThrow();
      CapacityPlan plan = new CapacityPlanner(memory, MOST_LOAD, SEED).plan(workload);
      return told(plan, asked.stream().map(KnownCost::id).toList());
    } finally {
      place.release();
    }
  }

  private List<KnownCost> known() {
    return models.served().stream().flatMap(model -> KnownCost.of(model).stream()).toList();
  }

  private static Cost cost(KnownCost known) {
    Optional<ModelCost> cost = known.cost();
    return new Cost(
        known.id(),
        known.part(),
        known.device().name(),
        known.unknown(),
        cost.map(c -> c.flopsPerItem() / GIGA).orElse(null),
        cost.map(ModelCost::bytesPerItem).orElse(null),
        cost.map(c -> c.nanosPerItem() / NANOS_PER_MILLI).orElse(null),
        cost.map(c -> c.nanosPerBatch() / NANOS_PER_MILLI).orElse(null),
        cost.map(ModelCost::peakPerSecond).orElse(null),
        cost.map(ModelCost::maxBatchSize).orElse(null),
        cost.map(ModelCost::weightBytes).orElse(null),
        cost.map(ModelCost::memoryBytes).orElse(null));
  }

  private Workload workload(Question question, List<KnownCost> asked) {
    if (question.demands() == null
        || question.demands().isEmpty()
        || question.demands().size() > MOST_DEMANDS) {
      throw Refusal.badRequest("demands must be a list of 1 to %d".formatted(MOST_DEMANDS));
    }
    List<KnownCost> known = known();
    List<Demand> demands = new ArrayList<>();
    for (Wish wish : question.demands()) {
      if (wish == null) {
        throw Refusal.badRequest("A demand is null and should be an object");
      }
      require("items", wish.items(), 0, MOST_ITEMS);
      require("concurrency", wish.concurrency(), 1, MOST_CALLERS);
      require("itemsPerSecond", wish.itemsPerSecond(), 0, MOST_PER_SECOND);
      KnownCost cost = find(known, wish.model());
      ModelCost figures =
          cost.cost().orElseThrow(() -> Refusal.badRequest(cost.id() + ": " + cost.unknown()));
      asked.add(cost);
      demands.add(
          new Demand(figures, (long) wish.items(), wish.concurrency(), wish.itemsPerSecond()));
    }
    long deadline = question.deadlineMs() == null ? 0 : question.deadlineMs();
    require("deadlineMs", deadline, 0, Duration.ofDays(1).toMillis());
    return new Workload(
        demands, deadline == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(deadline)));
  }

  private static KnownCost find(List<KnownCost> known, String id) {
    return known.stream()
        .filter(cost -> cost.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.notFound(
                    "There is no model '%s'; there are: %s"
                        .formatted(id, known.stream().map(KnownCost::id).toList())));
  }

  private static void require(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw Refusal.badRequest(
          "%s must be a number from %.0f to %.0f, but is: %s".formatted(name, least, most, value));
    }
  }

  private static Plan told(CapacityPlan plan, List<String> ids) {
    return new Plan(
        FORMULA,
        plan.totalFlops() / GIGA,
        plan.devices(),
        plan.bound(),
        plan.load(),
        plan.memoryBytes(),
        IntStream.range(0, ids.size())
            .mapToObj(i -> new Capacity.BatchSize(ids.get(i), plan.costs().get(i).maxBatchSize()))
            .toList(),
        devices(plan.onOne(), ids),
        devices(plan.needed(), ids),
        plan.datasets().stream()
            .map(each -> new Capacity.DatasetTime(each.devices(), each.time().toNanos() / GIGA))
            .toList());
  }

  private static Capacity.Devices devices(Forecast forecast, List<String> ids) {
    return new Capacity.Devices(
        forecast.devices(),
        forecast.isStable(),
        forecast.utilisation(),
        forecast.overheadShare(),
        IntStream.range(0, ids.size())
            .mapToObj(i -> forecast(ids.get(i), forecast.models().get(i)))
            .toList());
  }

  private static Capacity.Forecast forecast(String id, ModelForecast model) {
    LatencyForecast latency = model.latency();
    return new Capacity.Forecast(
        id,
        model.itemsPerSecond(),
        model.meanBatch(),
        millis(latency.p50Nanos()),
        millis(latency.p90Nanos()),
        millis(latency.p99Nanos()));
  }

  private static Double millis(double nanos) {
    return Double.isFinite(nanos) ? nanos / NANOS_PER_MILLI : null;
  }
}
