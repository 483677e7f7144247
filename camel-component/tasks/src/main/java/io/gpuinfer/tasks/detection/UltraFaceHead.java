package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;

/**
 * UltraFace (the repository Linzaer/Ultra-Light-Fast-Generic-Face-Detector-1MB): scores [1, boxes,
 * 2] of no face and face, and boxes [1, boxes, 4] of left, top, right and bottom in parts of the
 * input's sides.
 *
 * @param scores the name of the output with the scores
 * @param boxes the name of the output with the boxes
 */
record UltraFaceHead(String scores, String boxes) implements Head {

  private static final int SCORES = 2;
  private static final int CORNERS = 4;

  static boolean recognises(ModelOutputs model) {
    return model.outputs().size() == 2
        && withLast(model, SCORES).size() == 1
        && withLast(model, CORNERS).size() == 1;
  }

  static UltraFaceHead of(ModelOutputs model) {
    if (!recognises(model)) {
      throw model.misfit("a head of UltraFace has the outputs [1, boxes, 2] and [1, boxes, 4]");
    }
    return new UltraFaceHead(
        withLast(model, SCORES).get(0).name(), withLast(model, CORNERS).get(0).name());
  }

  private static List<TensorInfo> withLast(ModelOutputs model, int extent) {
    return model.where(output -> output.shape().size() == 3 && ModelOutputs.last(output) == extent);
  }

  @Override
  public int classes() {
    return 1;
  }

  @Override
  public void read(Map<String, Tensor> outputs, int width, int height, Candidates found) {
    Rows scored = Rows.of(outputs, scores, SCORES);
    Rows placed = Rows.of(outputs, boxes, CORNERS);
    if (scored.count() != placed.count()) {
      throw new ModelLoadException(
          "Output %s has %d rows, but output %s has %d"
              .formatted(scores, scored.count(), boxes, placed.count()));
    }
    for (int row = 0; row < scored.count(); row++) {
      Box box =
          new Box(
              placed.at(row, 0) * width,
              placed.at(row, 1) * height,
              placed.at(row, 2) * width,
              placed.at(row, 3) * height);
      found.add(0, scored.at(row, 1), box);
    }
  }
}
