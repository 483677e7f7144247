package io.gpuinfer.engine;

/**
 * What one run executed, where, and how long its parts took. It is counted from the passes that
 * ran, not from what was planned.
 *
 * @param device what ran it
 * @param nodes the model's operators that had to be run for these inputs; what the planner could
 *     compute beforehand is none of them
 * @param executedNodes those of them that the device ran
 * @param flops floating-point operations that had to be run; 0 when the engine does not count them
 * @param executedFlops those of them that the device ran
 * @param bytes that the passes read and wrote, as a plan counts them; 0 when not counted
 * @param passes that the device ran
 * @param prepareNanos time for what only the first run of a shape needs: planning, compiling,
 *     growing buffers
 * @param inputNanos time to bring the inputs to the device
 * @param computeNanos time of the passes
 * @param outputNanos time to bring the outputs back
 */
public record Execution(
    DeviceInfo device,
    int nodes,
    int executedNodes,
    long flops,
    long executedFlops,
    long bytes,
    int passes,
    long prepareNanos,
    long inputNanos,
    long computeNanos,
    long outputNanos) {

  /** What this run and another one executed together; the device is this run's. */
  public Execution plus(Execution other) {
    return new Execution(
        device,
        nodes + other.nodes,
        executedNodes + other.executedNodes,
        flops + other.flops,
        executedFlops + other.executedFlops,
        bytes + other.bytes,
        passes + other.passes,
        prepareNanos + other.prepareNanos,
        inputNanos + other.inputNanos,
        computeNanos + other.computeNanos,
        outputNanos + other.outputNanos);
  }

  /** Time of everything but what only the first run of a shape needs. */
  public long runNanos() {
    return inputNanos + computeNanos + outputNanos;
  }

  /** Share of the operators that ran on the device, from 0 to 1. */
  public double nodeShare() {
    return nodes == 0 ? 1 : (double) executedNodes / nodes;
  }

  /** Share of the floating-point operations that ran on the device, from 0 to 1. */
  public double flopShare() {
    return flops == 0 ? 1 : (double) executedFlops / flops;
  }
}
