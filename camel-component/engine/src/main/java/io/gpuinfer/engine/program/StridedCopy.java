package io.gpuinfer.engine.program;

/**
 * A copy of a box of elements: {@code out[outOffset + Σ i·outStrides] = in[inOffset + Σ
 * i·inStrides]} for every index below {@code dims}. Strides may be zero (repeat) or negative.
 *
 * @param input which input of the action is read
 */
public record StridedCopy(
    int input, int inOffset, int[] inStrides, int outOffset, int[] outStrides, int[] dims) {}
