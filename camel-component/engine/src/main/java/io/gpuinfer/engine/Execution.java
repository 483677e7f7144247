package io.gpuinfer.engine;

/**
 * What one run executed, where, and how long its parts took. What was executed is counted from the
 * passes that ran, not from what was planned. Times are in nanoseconds.
 *
 * @param device what ran it
 * @param nodes the model's operators that had to be run for these inputs. What constants and shapes
 *     decide beforehand is none of them, nor is what only reads elements under another shape or in
 *     another order. An operator in a loop counts once
 * @param executedNodes those of them that the device ran to their end
 * @param flops floating-point operations that had to be run; 0 when the engine does not count them
 * @param executedFlops those of them that the device ran
 * @param bytes that the passes read and wrote, as a plan counts them; 0 when not counted
 * @param passes that the device ran; 0 when the engine has none
 * @param prepareNanos for what the inputs' shapes need and the run before did not have: a plan, a
 *     compilation, larger buffers, another op table
 * @param inputNanos to write the inputs where the device reads them
 * @param computeNanos of the native calls that run the passes. A device with memory of its own
 *     fetches the inputs in the first of them
 * @param outputNanos to bring the outputs back as tensors
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

  /** Time of the run without {@link #prepareNanos}. */
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
