package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.Map;
import java.util.Optional;

/**
 * YOLOv5 and YOLOv7 with decoded boxes (the repositories ultralytics/yolov5 and WongKinYiu/yolov7):
 * one output [1, boxes, 5 + classes] of centre x, centre y, width, height, objectness, and what
 * each class has of it. The score is objectness times class.
 *
 * @param output its name
 */
record YoloV5Head(String output, int classes) implements Head {

  private static final int BOX_AND_OBJECTNESS = 5;
  private static final int ANCHORS = 3;

  static boolean recognises(ModelOutputs model) {
    return fitting(model).filter(table -> model.isGrid(table.shape().get(1), ANCHORS)).isPresent();
  }

  static YoloV5Head of(ModelOutputs model) {
    return fitting(model)
        .map(
            table ->
                new YoloV5Head(table.name(), (int) ModelOutputs.last(table) - BOX_AND_OBJECTNESS))
        .orElseThrow(() -> model.misfit("a head of YOLOv5 has one output [1, boxes, 5 + classes]"));
  }

  private static Optional<TensorInfo> fitting(ModelOutputs model) {
    return model.table().filter(table -> ModelOutputs.last(table) > BOX_AND_OBJECTNESS);
  }

  @Override
  public void read(Map<String, Tensor> outputs, int width, int height, Candidates found) {
    Rows rows = Rows.of(outputs, output, BOX_AND_OBJECTNESS + classes);
    for (int row = 0; row < rows.count(); row++) {
      double objectness = rows.at(row, BOX_AND_OBJECTNESS - 1);
      // No class has more than all of it: most rows end here.
      if (found.takes(objectness)) {
        int best = rows.largest(row, BOX_AND_OBJECTNESS, classes);
        Box box = Box.ofCentre(rows.at(row, 0), rows.at(row, 1), rows.at(row, 2), rows.at(row, 3));
        found.add(best - BOX_AND_OBJECTNESS, objectness * rows.at(row, best), box);
      }
    }
  }
}
