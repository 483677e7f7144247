package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.Tensor;
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
    if (!model.isSingle()) {
      return false;
    }
    long one = model.extent(1);
    long other = model.extent(2);
    boolean columns = one > BOX && (model.isGrid(other, 1) || other < 0);
    // YOLOX has as many boxes and one number more for each: the labels tell which it is.
    boolean rows = model.isGrid(one, 1) && other == BOX + model.labels();
    return columns || rows;
  }

  static YoloV8Head of(ModelOutputs model) {
    if (model.isSingle()) {
      long one = model.extent(1);
      long other = model.extent(2);
      boolean transposed = one < 0 || (other > 0 && other < one);
      long width = transposed ? other : one;
      if (width > BOX) {
        return new YoloV8Head(model.outputs().get(0).name(), (int) width - BOX, transposed);
      }
    }
    throw model.misfit(
        "a head of YOLOv8 has one output [1, 4 + classes, boxes] or [1, boxes, 4 + classes]");
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
        Box box =
            Box.ofCentre(rows.at(row, 0), rows.at(row, 1), rows.at(row, 2), rows.at(row, 3));
        found.add(best - BOX, score, box);
      }
    }
  }
}
