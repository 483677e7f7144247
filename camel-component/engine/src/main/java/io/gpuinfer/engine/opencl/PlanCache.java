package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.PlanDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.plan.Plan;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The plans of a session that were used last, as many as a limit of memory allows, and one at
 * least. Safe for use by several threads.
 */
final class PlanCache {

  /** Bytes of a pass in the heap, besides its table; about what was measured. */
  private static final int PASS_BYTES = 160;

  private final long limit;
  private final Map<PlanKey, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /**
   * @param limit bytes of the heap that the plans may take
   */
  PlanCache(long limit) {
    this.limit = limit;
  }

  /** The plan for what the key says, or null. */
  synchronized Plan get(PlanKey key) {
    return plans.get(key);
  }

  /** Keeps a plan that is not there, in place of those that were not used for the longest time. */
  synchronized void add(PlanKey key, Plan plan) {
    plans.put(key, plan);
    bytes += bytes(key, plan);
    Iterator<Map.Entry<PlanKey, Plan>> eldest = plans.entrySet().iterator();
    while (bytes > limit && plans.size() > 1) {
      Map.Entry<PlanKey, Plan> entry = eldest.next();
      bytes -= bytes(entry.getKey(), entry.getValue());
      eldest.remove();
    }
  }

  synchronized void clear() {
    plans.clear();
    bytes = 0;
  }

  /** What the plans cost, the one used last at the end. */
  List<PlanDescription> describe() {
    return entries().stream().map(entry -> describe(entry.getKey(), entry.getValue())).toList();
  }

  private synchronized List<Map.Entry<PlanKey, Plan>> entries() {
    return List.copyOf(plans.entrySet());
  }

  private static long bytes(PlanKey key, Plan plan) {
    long known = 0;
    for (Tensor tensor : key.known().values()) {
      known += (long) tensor.size() * tensor.type().bytes();
    }
    return known
        + (long) Integer.BYTES * plan.table().length
        + (long) PASS_BYTES * plan.passes().size();
  }

  /** What a plan costs. */
  static PlanDescription describe(PlanKey key, Plan plan) {
    return new PlanDescription(
        key.shapes(),
        plan.passes().size(),
        plan.flops(),
        plan.bytes(),
        plan.weightElements() * Float.BYTES,
        plan.arenaElements() * Float.BYTES);
  }
}
