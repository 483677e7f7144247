package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.plan.Plan;

/**
 * Cuts the passes of a run into native calls of a few milliseconds, because no garbage collection
 * can happen during a call on JDK 17 to 21, and because deadlines are looked at between calls. How
 * much work fits is learnt from the calls so far.
 */
final class Slices {

  private static final double TARGET_NANOS = 4e6;
  private static final double LAUNCH_NANOS = 4e4;
  private static final double MEETING_NANOS = 2e3;
  private static final double BYTES_PER_FLOP = 4;

  private double workPerNano = 20; // a modest device, until the first call tells more

  /** How many passes from the given one on make a call; one at least. */
  int count(Plan plan, int from, boolean resident) {
    double nanos = 0;
    int to = from;
    while (to < plan.passes().size()
        && (to == from || nanos + cost(plan, to, resident) <= TARGET_NANOS)) {
      nanos += cost(plan, to++, resident);
    }
    return to - from;
  }

  /** Learns from a call. */
  void took(Plan plan, int from, int to, boolean resident, long nanos) {
    double work = 0;
    for (int i = from; i < to; i++) {
      work += work(plan, i);
    }
    double busy = nanos - perPass(resident) * (to - from);
    if (work > 1e6 && busy > 0) {
      workPerNano += 0.25 * (work / busy - workPerNano);
    }
  }

  private double cost(Plan plan, int pass, boolean resident) {
    return perPass(resident) + work(plan, pass) / workPerNano;
  }

  private static double perPass(boolean resident) {
    return resident ? MEETING_NANOS : LAUNCH_NANOS;
  }

  private static double work(Plan plan, int pass) {
    return plan.passes().get(pass).flops() + BYTES_PER_FLOP * plan.passes().get(pass).bytes();
  }
}
