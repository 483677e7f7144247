package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.DataType;
import java.util.List;

/**
 * A program laid out for the device.
 *
 * @param table constants of the plan, where each pass starts, and the records
 * @param passStarts where in the table the starts of the passes are
 * @param passes what each pass does, in order
 * @param inputs where runs put their inputs, in the buffer {@code in}
 * @param outputs where runs find their outputs, in the buffer {@code out}
 * @param inElements size of {@code in} in elements of four bytes
 * @param outElements size of {@code out}
 * @param arenaElements size of the arena
 * @param largestLive elements of all values alive at once, at most
 * @param weights how many tensors of the {@link WeightStore} must be on the device, from the first
 * @param weightElements elements that the store had with them
 */
public record Plan(
    int[] table,
    int passStarts,
    List<Pass> passes,
    List<Slot> inputs,
    List<Slot> outputs,
    int inElements,
    int outElements,
    long arenaElements,
    long largestLive,
    int weights,
    long weightElements) {

  /** Words at the start of {@code out} that tell how the run went. */
  public static final int STATUS_WORDS = 16;

  /**
   * One launch over all groups.
   *
   * @param kernel what its records call
   * @param origins names of the model's nodes that it does, wholly or in part
   * @param nodes how many of these are done with it, as no later pass has a part in them
   * @param flops floating-point operations
   * @param bytes of its operands and results, each counted once
   */
  public record Pass(Opcode kernel, List<String> origins, int nodes, long flops, long bytes) {}

  /**
   * A tensor's place in {@code in} or {@code out}.
   *
   * @param packed whether its elements are bytes there
   */
  public record Slot(String name, DataType type, List<Integer> shape, int offset, boolean packed) {}

  /** How many of the model's nodes the passes do; each counts once. */
  public int nodes() {
    return passes.stream().mapToInt(Pass::nodes).sum();
  }

  public long flops() {
    return passes.stream().mapToLong(Pass::flops).sum();
  }

  public long bytes() {
    return passes.stream().mapToLong(Pass::bytes).sum();
  }
}
