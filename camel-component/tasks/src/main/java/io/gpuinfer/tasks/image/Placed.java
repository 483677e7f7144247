package io.gpuinfer.tasks.image;

import io.gpuinfer.engine.Tensor;

/**
 * A picture as a model reads it.
 *
 * @param pixels the model's input, with a batch of 1
 * @param placement where the picture lies in it
 */
public record Placed(Tensor pixels, Placement placement) {}
