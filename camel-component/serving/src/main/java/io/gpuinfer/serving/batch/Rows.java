package io.gpuinfer.serving.batch;

import io.gpuinfer.engine.Tensor;
import java.util.List;

/** Tensors cut and joined along axis 0. */
final class Rows {

  private Rows() {}

  /** Some rows of a tensor. */
  static Tensor of(Tensor tensor, int from, int count) {
    long[] shape = tensor.shape();
    int rowSize = tensor.size() / (int) shape[0];
    shape[0] = count;
    return tensor.part(rowSize * from, shape);
  }

  /**
   * Tensors one after another. Where they differ along another axis, the shorter ones are extended
   * by zeros.
   */
  static Tensor concatenated(List<Tensor> parts) {
    long[] shape = parts.get(0).shape();
    long rows = 0;
    for (Tensor part : parts) {
      rows += part.dim(0);
      for (int axis = 1; axis < shape.length; axis++) {
        shape[axis] = Math.max(shape[axis], part.dim(axis));
      }
    }
    shape[0] = rows;
    return Tensor.stack(parts, shape);
  }
}
