package io.gpuinfer.tasks.detection;

/** The values of an output of which most are 0. */
final class Table {

  private final int rows;
  private final int width;
  private final float[] values;

  Table(int rows, int width) {
    this.rows = rows;
    this.width = width;
    this.values = new float[rows * width];
  }

  Table row(int row, double... columns) {
    for (int column = 0; column < columns.length; column++) {
      values[row * width + column] = (float) columns[column];
    }
    return this;
  }

  float[] values() {
    return values;
  }

  float[] transposed() {
    float[] turned = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i % width * rows + i / width] = values[i];
    }
    return turned;
  }
}
