package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import java.nio.FloatBuffer;
import java.util.Map;

/** An output as a table with a row for each box that the model may see. */
final class Rows {

  private final FloatBuffer values;
  private final int count;
  private final int rowStep;
  private final int columnStep;

  private Rows(FloatBuffer values, int count, int rowStep, int columnStep) {
    this.values = values;
    this.count = count;
    this.rowStep = rowStep;
    this.columnStep = columnStep;
  }

  /**
   * The rows of an output of shape [1, rows, width].
   *
   * @throws ModelLoadException when it has another shape
   */
  static Rows of(Map<String, Tensor> outputs, String name, int width) {
    Tensor output = checked(outputs, name, 2, width);
    return new Rows(output.toFloat32().floats(), (int) output.dim(1), width, 1);
  }

  /**
   * The rows of an output of shape [1, width, rows].
   *
   * @throws ModelLoadException when it has another shape
   */
  static Rows ofColumns(Map<String, Tensor> outputs, String name, int width) {
    Tensor output = checked(outputs, name, 1, width);
    int count = (int) output.dim(2);
    return new Rows(output.toFloat32().floats(), count, 1, count);
  }

  int count() {
    return count;
  }

  float at(int row, int column) {
    return values.get(row * rowStep + column * columnStep);
  }

  /** The number of the column with the largest value, from some column on. */
  int largest(int row, int first, int columns) {
    int best = first;
    for (int column = first + 1; column < first + columns; column++) {
      if (at(row, column) > at(row, best)) {
        best = column;
      }
    }
    return best;
  }

  private static Tensor checked(Map<String, Tensor> outputs, String name, int axis, int width) {
    Tensor output = outputs.get(name);
    if (output == null || output.rank() != 3 || output.dim(0) != 1 || output.dim(axis) != width) {
      throw new ModelLoadException(
          "Output %s should have 3 axes, the first of extent 1 and axis %d of extent %d, but is %s"
              .formatted(name, axis, width, output));
    }
    return output;
  }
}
