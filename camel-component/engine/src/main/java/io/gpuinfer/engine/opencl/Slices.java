package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.plan.Plan;

/**
 * Cuts the passes of a run into native calls of a few milliseconds, because no garbage collection
 * can happen during a call on JDK 17 to 21, and because deadlines are looked at between calls. How
 * much work fits is learnt from the calls so far.
 */
final class Slices {

  private static final double TARGET_NANOS = 4e6;
  private static final double PASS_NANOS = 4e4;
  private static final double BYTES_PER_FLOP = 4;

  private double workPerNano = 20; // a modest device, until the first call tells more

  /** How many passes from the given one on make a call; one at least. */
  int count(Plan plan, int from) {
    double nanos = 0;
    int to = from;
    while (to < plan.passes().size() && (to == from || nanos + cost(plan, to) <= TARGET_NANOS)) {
      nanos += cost(plan, to++);
    }
    return to - from;
  }

  /** Learns from a call. */
  void took(Plan plan, int from, int to, long nanos) {
    double work = 0;
    for (int i = from; i < to; i++) {
      work += work(plan, i);
    }
    double busy = nanos - PASS_NANOS * (to - from);
    if (work > 1e6 && busy > 0) {
      workPerNano += 0.25 * (work / busy - workPerNano);
    }
  }

  private double cost(Plan plan, int pass) {
    return PASS_NANOS + work(plan, pass) / workPerNano;
  }

  private static double work(Plan plan, int pass) {
    return plan.passes().get(pass).flops() + BYTES_PER_FLOP * plan.passes().get(pass).bytes();
  }
}
