package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.util.Arrays;

/**
 * The bytes that the tensors of one body may take. What a shape claims counts before it is read.
 */
final class ByteBudget {

  private final long limit;
  private long left;

  ByteBudget(long limit) {
    this.limit = limit;
    this.left = limit;
  }

  /**
   * Takes what a tensor needs.
   *
   * @return its number of elements
   * @throws InvalidInputException when that is more than is left
   */
  int take(DataType type, long... shape) {
    int size = Tensor.sizeOf(shape);
    left -= (long) size * type.bytes();
    if (left < 0) {
      throw new InvalidInputException(
          "With a shape of %s, the tensors take more than the limit of %d bytes;"
                  .formatted(Arrays.toString(shape), limit)
              + " limits.maxTensorBytes sets it");
    }
    return size;
  }
}
