package io.gpuinfer.serving.capacity;

import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ServerStatistics.BatchTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model costs, as a running server has seen it: no batch is run for it.
 *
 * @param session the model
 * @param time of its latest batches, in work that is FLOPs
 */
public record ObservedCost(SessionDescription session, BatchTime time) {

  /**
   * The cost with one kind of items for each shape that the session is prepared for, all of them
   * equally frequent, as nobody counts them.
   *
   * @param maxBatchSize items that may share a run
   * @return empty before enough was served to tell the time of an item from that of a batch, and
   *     for an engine that does not count its work
   */
  public Optional<ModelCost> cost(int maxBatchSize) {
    if (!(time.nanosPerWork() > 0) || time.nanosPerBatch() < 0 || time.batches() < 2) {
      return Optional.empty();
    }
    // Of the plans for one shape, that of the largest batch shares the weights out best.
    Map<String, PlanDescription> largest = new LinkedHashMap<>();
    for (PlanDescription plan : session.plans()) {
      if (items(plan) > 0 && plan.flops() > 0) {
        largest.merge(shape(plan), plan, (a, b) -> items(a) < items(b) ? b : a);
      }
    }
    if (largest.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ModelCost(
            session.model(),
            largest.entrySet().stream().map(e -> kind(e.getKey(), e.getValue())).toList(),
            time.nanosPerBatch(),
            Scatter.NONE,
            session.weightBytes(),
            workingBytesPerItem(largest.values()),
            maxBatchSize,
            1));
  }

  private ItemKind kind(String shape, PlanDescription plan) {
    double flops = (double) plan.flops() / items(plan);
    double bytes = (double) plan.bytes() / items(plan);
    return new ItemKind(shape, 1, flops, bytes, flops * time.nanosPerWork());
  }

  private static long workingBytesPerItem(Collection<PlanDescription> plans) {
    return plans.stream().mapToLong(plan -> plan.arenaBytes() / items(plan)).max().orElseThrow();
  }

  /** Extents of axis 0, or 0 where the inputs have none in common. */
  private static long items(PlanDescription plan) {
    List<Long> extents =
        plan.inputs().values().stream()
            .map(shape -> shape.isEmpty() ? 0 : shape.get(0))
            .distinct()
            .toList();
    return extents.size() == 1 ? extents.get(0) : 0;
  }

  /** The inputs without axis 0, as in {@code input_ids 128}. */
  private static String shape(PlanDescription plan) {
    return plan.inputs().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(input -> input.getKey() + extents(input.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String extents(List<Long> shape) {
    return shape.stream().skip(1).map(String::valueOf).collect(Collectors.joining("×", " ", ""));
  }
}
