package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;

/**
 * YOLOv8, YOLOv9 and YOLO11 (the repositories ultralytics/ultralytics and WongKinYiu/yolov9): one
 * output [1, 4 + classes, boxes] of centre x, centre y, width, height and the score of each class;
 * or the same transposed. There is no objectness.
 *
 * @param output its name
 * @param transposed whether it is [1, boxes, 4 + classes]
 */
record YoloV8Head(String output, int classes, boolean transposed) implements Head {

  private static final int BOX = 4;

  static boolean recognises(ModelOutputs model) {
    return model.table().filter(table -> recognises(model, table.shape())).isPresent();
  }

  private static boolean recognises(ModelOutputs model, List<Long> shape) {
    long one = shape.get(1);
    long other = shape.get(2);
    boolean columns = one > BOX && (model.isGrid(other, 1) || other == TensorInfo.DYNAMIC);
    // YOLOX has as many boxes and one number more for each: the labels tell which it is.
    boolean rows = model.isGrid(one, 1) && other == BOX + model.labels();
    return columns || rows;
  }

  static YoloV8Head of(ModelOutputs model) {
    return model
        .table()
        .map(YoloV8Head::of)
        .filter(head -> head.classes > 0)
        .orElseThrow(
            () ->
                model.misfit(
                    "a head of YOLOv8 has one output [1, 4 + classes, boxes] or [1, boxes, 4 +"
                        + " classes]"));
  }

  /** There are more boxes than numbers for each. */
  private static YoloV8Head of(TensorInfo table) {
    long one = table.shape().get(1);
    long other = table.shape().get(2);
    boolean transposed = one == TensorInfo.DYNAMIC || (other != TensorInfo.DYNAMIC && other < one);
    return new YoloV8Head(table.name(), (int) (transposed ? other : one) - BOX, transposed);
  }

  @Override
  public void read(Map<String, Tensor> outputs, int width, int height, Candidates found) {
    Rows rows =
        transposed
            ? Rows.of(outputs, output, BOX + classes)
            : Rows.ofColumns(outputs, output, BOX + classes);
    for (int row = 0; row < rows.count(); row++) {
      int best = rows.largest(row, BOX, classes);
      double score = rows.at(row, best);
      if (found.takes(score)) {
        Box box = Box.ofCentre(rows.at(row, 0), rows.at(row, 1), rows.at(row, 2), rows.at(row, 3));
        found.add(best - BOX, score, box);
      }
    }
  }
}
