package io.gpuinfer.component;

import io.gpuinfer.component.console.Section;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.capacity.CapacityPlan;
import io.gpuinfer.serving.capacity.CapacityPlanner;
import io.gpuinfer.serving.capacity.Demand;
import io.gpuinfer.serving.capacity.Forecast;
import io.gpuinfer.serving.capacity.ModelCost;
import io.gpuinfer.serving.capacity.ModelForecast;
import io.gpuinfer.serving.capacity.ObservedCost;
import io.gpuinfer.serving.capacity.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a load would take of each loaded model.
 *
 * @param rate items per second that come by themselves; 0 for callers that wait for their answers
 * @param concurrency callers
 * @param items of each caller's dataset
 * @param deadline within which 99 of 100 answers are wanted
 */
record CapacityReport(double rate, int concurrency, long items, Optional<Duration> deadline) {

  /** The share of its peak that a device may be asked for. */
  private static final double MOST_LOAD = 0.8;

  private static final double NANOS_PER_MILLI = 1e6;
  private static final double GIGA = 1e9;
  private static final long SEED = 1;

  Section of(List<LoadedModel> models) {
    List<Section> plans = new ArrayList<>();
    for (LoadedModel model : models) {
      model.servers().forEach(server -> plans.add(plan(model, server)));
    }
    return Section.titled("GPU Infer Capacity")
        .with("itemsPerSecond", rate)
        .with("concurrency", concurrency)
        .with("items", items)
        .with("deadlineMillis", deadline.map(Duration::toMillis).orElse(0L))
        .with("models", plans)
        .build();
  }

  private Section plan(LoadedModel model, ModelServer server) {
    SessionDescription session = server.describe();
    Optional<ModelCost> cost =
        new ObservedCost(session, server.statistics().batchTime()).cost(model.key().maxBatchSize());
    return cost.isPresent()
        ? plan(server.name(), session.device(), cost.get())
        : Section.titled("%s: %s".formatted(server.name(), whyNot(session)))
            .with("name", server.name())
            .with("unknown", whyNot(session))
            .build();
  }

  private static String whyNot(SessionDescription session) {
    return session.flops() == 0
        ? session.engine() + " does not count its work, so nothing can be planned from it"
        : "not enough was served yet to tell what it takes";
  }

  private Section plan(String name, DeviceInfo device, ModelCost cost) {
    Demand demand = new Demand(cost, items, concurrency, rate);
    CapacityPlan plan =
        new CapacityPlanner(device.memoryBytes(), MOST_LOAD, SEED)
            .plan(new Workload(List.of(demand), deadline));
    return Section.titled("%s on %s".formatted(name, device.name()))
        .with("name", name)
        .with("device", device.name())
        .with("gflopPerItem", cost.flopsPerItem() / GIGA)
        .with("bytesPerItem", cost.bytesPerItem())
        .with("millisPerItem", cost.nanosPerItem() / NANOS_PER_MILLI)
        .with("millisPerBatch", cost.nanosPerBatch() / NANOS_PER_MILLI)
        .with("peakItemsPerSecond", cost.peakPerSecond())
        .with("memoryBytes", plan.memoryBytes())
        .with("totalGflop", plan.totalFlops() / GIGA)
        .with("devicesNeeded", plan.devices())
        .with("bound", plan.bound().name())
        .with("onOneDevice", forecast(plan.onOne()))
        .with("onDevicesNeeded", forecast(plan.needed()))
        .with("datasets", plan.datasets().stream().map(CapacityReport::dataset).toList())
        .build();
  }

  private static Section forecast(Forecast forecast) {
    ModelForecast model = forecast.models().get(0);
    Section.Builder section =
        Section.titled("on %d devices".formatted(forecast.devices()))
            .with("devices", forecast.devices())
            .with("utilisation", forecast.utilisation())
            .with("itemsPerSecond", model.itemsPerSecond())
            .with("meanBatch", model.meanBatch());
    if (forecast.isStable()) {
      section
          .with("p50Millis", model.latency().p50Nanos() / NANOS_PER_MILLI)
          .with("p99Millis", model.latency().p99Nanos() / NANOS_PER_MILLI);
    } else {
      section.with("latency", "without end: more comes than can be done");
    }
    return section.build();
  }

  private static Section dataset(CapacityPlan.DatasetTime dataset) {
    return Section.titled("all items on %d devices".formatted(dataset.devices()))
        .with("devices", dataset.devices())
        .with("seconds", dataset.time().toMillis() / 1e3)
        .build();
  }
}
