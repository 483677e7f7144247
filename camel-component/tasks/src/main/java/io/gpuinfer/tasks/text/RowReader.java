package io.gpuinfer.tasks.text;

import io.gpuinfer.engine.Tensor;

/** Takes what the model said of one row. */
@FunctionalInterface
public interface RowReader {

  /**
   * Reads one row of the model's answer.
   *
   * @param place of the row among those that were to run
   * @param output the model's answer for several rows, as floats; axis 0 is the rows
   * @param row the row's place in it
   */
  void read(int place, Tensor output, int row);
}
