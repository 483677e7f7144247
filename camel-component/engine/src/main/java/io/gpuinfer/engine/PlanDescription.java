package io.gpuinfer.engine;

import java.util.List;
import java.util.Map;

/**
 * What a session does for inputs of certain shapes.
 *
 * @param inputs extents of every input, by name
 * @param passes device passes of a run
 * @param flops floating-point operations of a run; a multiplication and the addition that follows
 *     are two
 * @param bytes that the passes of a run read and write: every operand and result of a pass counts
 *     once, however often a cache is missed
 * @param weightBytes weights that are on the device for this plan and the ones before it, where
 *     every element has four bytes
 * @param arenaBytes memory for intermediates; plans share it, so a session holds that of the
 *     largest
 */
public record PlanDescription(
    Map<String, List<Long>> inputs,
    int passes,
    long flops,
    long bytes,
    long weightBytes,
    long arenaBytes) {

  public PlanDescription {
    inputs = Map.copyOf(inputs);
  }
}
