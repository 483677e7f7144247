package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.Map;
import java.util.Optional;

/**
 * YOLOX (Ge et al., "YOLOX: Exceeding YOLO Series in 2021", and the repository
 * Megvii-BaseDetection/YOLOX): one output [1, cells, 5 + classes] as YOLOv5 has it, but places are
 * relative to a cell of a grid, in cells, and sizes are logarithms. The grids of cells of 8, 16 and
 * 32 pixels follow each other, each row by row; larger models have one of 64 pixels too. What YOLOX
 * exports with {@code --decode_in_inference}, and YOLOv6, have the same shape with boxes that are
 * decoded: those are {@link YoloV5Head}'s, and refused here.
 *
 * @param output its name
 */
record YoloXHead(String output, int classes) implements Head {

  private static final int BOX_AND_OBJECTNESS = 5;
  private static final int FIRST_STRIDE = 8;
  private static final int LAST_STRIDE = 64;

  static boolean recognises(ModelOutputs model) {
    return fitting(model).filter(table -> model.isGrid(table.shape().get(1), 1)).isPresent();
  }

  static YoloXHead of(ModelOutputs model) {
    return fitting(model)
        .map(
            table ->
                new YoloXHead(table.name(), (int) ModelOutputs.last(table) - BOX_AND_OBJECTNESS))
        .orElseThrow(() -> model.misfit("a head of YOLOX has one output [1, cells, 5 + classes]"));
  }

  private static Optional<TensorInfo> fitting(ModelOutputs model) {
    return model.table().filter(table -> ModelOutputs.last(table) > BOX_AND_OBJECTNESS);
  }

  @Override
  public void read(Map<String, Tensor> outputs, int width, int height, Candidates found) {
    Rows rows = Rows.of(outputs, output, BOX_AND_OBJECTNESS + classes);
    int row = 0;
    for (int stride = FIRST_STRIDE; stride <= LAST_STRIDE && row < rows.count(); stride *= 2) {
      int columns = width / stride;
      int cells = columns * (height / stride);
      if (row + cells > rows.count()) {
        break;
      }
      for (int cell = 0; cell < cells; cell++) {
        if (found.takes(rows.at(row, BOX_AND_OBJECTNESS - 1))) {
          requireLogarithm(rows.at(row, 2), width);
          requireLogarithm(rows.at(row, 3), height);
          read(rows, row, cell % columns, cell / columns, stride, found);
        }
        row++;
      }
    }
    if (row != rows.count()) {
      throw new ModelLoadException(
          "Output %s has %d rows, which are not the cells of 8, 16, 32 and maybe 64 pixels of %d × %d"
              .formatted(output, rows.count(), width, height));
    }
  }

  /** What is a size in pixels would be the logarithm of one that no input holds. */
  private void requireLogarithm(double size, int extent) {
    if (size > Math.log(2.0 * extent) && size < Double.POSITIVE_INFINITY) {
      throw new ModelLoadException(
          "The boxes of output %s are decoded already, as one is %s long: set head to yolov5"
              .formatted(output, size));
    }
  }

  private void read(Rows rows, int row, int column, int line, int stride, Candidates found) {
    double objectness = rows.at(row, BOX_AND_OBJECTNESS - 1);
    int best = rows.largest(row, BOX_AND_OBJECTNESS, classes);
    Box box =
        Box.ofCentre(
            (rows.at(row, 0) + column) * stride,
            (rows.at(row, 1) + line) * stride,
            Math.exp(rows.at(row, 2)) * stride,
            Math.exp(rows.at(row, 3)) * stride);
    found.add(best - BOX_AND_OBJECTNESS, objectness * rows.at(row, best), box);
  }
}
