package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * SSD (Liu et al., "SSD: Single Shot MultiBox Detector", 2016) whose graph decodes its boxes and
 * suppresses what overlaps: boxes [1, boxes, 4] in parts of the input's sides, and their classes
 * and scores [1, boxes].
 *
 * <p>Outputs are told apart by their names: those of TensorFlow's object detection API ({@code
 * detection_boxes}, top before left, {@code detection_classes}, {@code detection_scores} and {@code
 * num_detections}, which says how many rows count), and those of the ONNX model zoo ({@code
 * bboxes}, left before top, {@code labels} and {@code scores}).
 *
 * @param boxes the name of the output with the boxes
 * @param types the name of the output with the classes
 * @param scores the name of the output with the scores
 * @param count the name of the output that says how many rows count; null where all do
 * @param topFirst whether a box is top, left, bottom, right rather than left, top, right, bottom
 */
record SsdHead(String boxes, String types, String scores, String count, boolean topFirst)
    implements Head {

  private static final int CORNERS = 4;

  static boolean recognises(ModelOutputs model) {
    return named(model, "detection_boxes", "bboxes") != null
        && named(model, "detection_classes", "labels") != null
        && named(model, "detection_scores", "scores") != null;
  }

  static SsdHead of(ModelOutputs model) {
    if (!recognises(model)) {
      throw model.misfit(
          "a head of SSD has the outputs detection_boxes, detection_classes and detection_scores,"
              + " or bboxes, labels and scores");
    }
    String boxes = named(model, "detection_boxes", "bboxes");
    return new SsdHead(
        boxes,
        named(model, "detection_classes", "labels"),
        named(model, "detection_scores", "scores"),
        named(model, "num_detections"),
        plain(boxes).equals("detection_boxes"));
  }

  private static String named(ModelOutputs model, String... names) {
    return Stream.of(names)
        .flatMap(name -> model.where(output -> plain(output.name()).equals(name)).stream())
        .map(TensorInfo::name)
        .findFirst()
        .orElse(null);
  }

  /** A name without what TensorFlow puts behind it. */
  private static String plain(String name) {
    return name.replaceFirst(":\\d+$", "").toLowerCase(Locale.ROOT);
  }

  @Override
  public int classes() {
    return UNKNOWN;
  }

  @Override
  public void read(Map<String, Tensor> outputs, int width, int height, Candidates found) {
    Rows placed = Rows.of(outputs, boxes, CORNERS);
    Tensor typed = row(outputs, types, placed.count());
    Tensor scored = row(outputs, scores, placed.count());
    for (int i = 0; i < counted(outputs, placed.count()); i++) {
      double left = placed.at(i, topFirst ? 1 : 0) * width;
      double top = placed.at(i, topFirst ? 0 : 1) * height;
      double right = placed.at(i, topFirst ? 3 : 2) * width;
      double bottom = placed.at(i, topFirst ? 2 : 3) * height;
      int type = (int) Math.rint(typed.doubleAt(i));
      found.add(type, scored.doubleAt(i), new Box(left, top, right, bottom));
    }
  }

  private int counted(Map<String, Tensor> outputs, int rows) {
    if (count == null) {
      return rows;
    }
    return (int) Math.min(rows, outputs.get(count).longAt(0));
  }

  private static Tensor row(Map<String, Tensor> outputs, String name, int length) {
    Tensor output = outputs.get(name);
    if (output.size() != length) {
      throw new ModelLoadException(
          "Output %s should have %d values, one for each box, but is %s"
              .formatted(name, length, output));
    }
    return output;
  }
}
