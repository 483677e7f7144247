package io.gpuinfer.engine.program;

import java.util.Arrays;

/**
 * A copy of a box of elements: {@code out[outOffset + Σ i·outStrides] = in[inOffset + Σ
 * i·inStrides]} for every index below {@code dims}. Strides may be zero (repeat) or negative.
 *
 * @param input which input of the action is read
 */
public record StridedCopy(
    int input, int inOffset, int[] inStrides, int outOffset, int[] outStrides, int[] dims) {

  /** All of it, so that two copies that differ are told apart. */
  @Override
  public String toString() {
    return input
        + ":"
        + inOffset
        + Arrays.toString(inStrides)
        + outOffset
        + Arrays.toString(outStrides)
        + Arrays.toString(dims);
  }
}
