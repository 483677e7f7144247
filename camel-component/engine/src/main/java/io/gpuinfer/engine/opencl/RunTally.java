package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.plan.Plan;
import java.util.List;

/** What the passes of one run have done so far, and how long the parts of the run took. */
final class RunTally {

  private int passes;
  private int nodes;
  private long flops;
  private long bytes;
  private long prepareNanos;
  private long inputNanos;
  private long computeNanos;
  private long outputNanos;

  /** The passes are run from the first one on: those of an attempt before count no longer. */
  void restart() {
    passes = 0;
    nodes = 0;
    flops = 0;
    bytes = 0;
  }

  /**
   * Passes have run.
   *
   * @param nanos how long their native call took
   */
  void ran(List<Plan.Pass> executed, long nanos) {
    for (Plan.Pass pass : executed) {
      passes++;
      nodes += pass.nodes();
      flops += pass.flops();
      bytes += pass.bytes();
    }
    computeNanos += nanos;
  }

  void prepared(long nanos) {
    prepareNanos += nanos;
  }

  void wroteInputs(long nanos) {
    inputNanos += nanos;
  }

  void readOutputs(long nanos) {
    outputNanos += nanos;
  }

  /** Floating-point operations of the passes that ran. */
  long flops() {
    return flops;
  }

  /**
   * @param plan what was to be run
   */
  Execution execution(DeviceInfo device, Plan plan) {
    return new Execution(
        device,
        plan.nodes(),
        nodes,
        plan.flops(),
        flops,
        bytes,
        passes,
        prepareNanos,
        inputNanos,
        computeNanos,
        outputNanos);
  }
}
