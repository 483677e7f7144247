package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.Map;
import java.util.Optional;

/**
 * YOLOv10 (Wang et al., "YOLOv10: Real-Time End-to-End Object Detection", 2024, and the repository
 * THU-MIG/yolov10): one output [1, 300, 6] of left, top, right, bottom, score and class. Each thing
 * has one box already.
 *
 * @param output its name
 */
record YoloV10Head(String output) implements Head {

  private static final int WIDTH = 6;
  private static final int BOXES = 300;

  static boolean recognises(ModelOutputs model) {
    return fitting(model).filter(table -> table.shape().get(1) == BOXES).isPresent();
  }

  static YoloV10Head of(ModelOutputs model) {
    return fitting(model)
        .map(table -> new YoloV10Head(table.name()))
        .orElseThrow(() -> model.misfit("a head of YOLOv10 has one output [1, boxes, 6]"));
  }

  private static Optional<TensorInfo> fitting(ModelOutputs model) {
    return model.table().filter(table -> ModelOutputs.last(table) == WIDTH);
  }

  @Override
  public int classes() {
    return UNKNOWN;
  }

  @Override
  public void read(Map<String, Tensor> outputs, int width, int height, Candidates found) {
    Rows rows = Rows.of(outputs, output, WIDTH);
    for (int row = 0; row < rows.count(); row++) {
      Box box = new Box(rows.at(row, 0), rows.at(row, 1), rows.at(row, 2), rows.at(row, 3));
      found.add(Math.round(rows.at(row, 5)), rows.at(row, 4), box);
    }
  }
}
