package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * BlazeFace (Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs",
 * 2019, and MediaPipe's {@code TensorsToDetectionsCalculator}): 896 scores before the sigmoid, and
 * for each the centre, the size and six keypoints of a face, in pixels relative to an anchor. Both
 * come whole, or one part for each size of anchors.
 *
 * @param scores the names of the outputs [1, anchors, 1], those of the small anchors first
 * @param places the names of the outputs [1, anchors, 16], likewise
 */
record BlazeFaceHead(List<String> scores, List<String> places) implements Head {

  /**
   * The layers of MediaPipe's {@code SsdAnchorsCalculator}, as cells of a side and anchors of a
   * cell. They are the same for both models, of 128 × 128 pixels with strides of 8 and 16, and of
   * 256 × 256 with strides of 16 and 32: the strides of one value share their cells.
   */
  private static final int[][] LAYERS = {{16, 2}, {8, 6}};

  private static final int ANCHORS = 896;
  private static final int PLACES = 16;
  private static final int BOX = 4;

  /** What MediaPipe clips scores to, so that none overflows. */
  private static final double LARGEST_SCORE = 100;

  static boolean recognises(ModelOutputs model) {
    List<TensorInfo> scores = withLast(model, 1);
    List<TensorInfo> places = withLast(model, PLACES);
    return scores.size() + places.size() == model.outputs().size()
        && anchors(scores) == ANCHORS
        && anchors(places) == ANCHORS;
  }

  static BlazeFaceHead of(ModelOutputs model) {
    if (!recognises(model)) {
      throw model.misfit(
          "a head of BlazeFace has the outputs [1, 896, 1] and [1, 896, 16], whole or in parts");
    }
    return new BlazeFaceHead(names(withLast(model, 1)), names(withLast(model, PLACES)));
  }

  private static List<TensorInfo> withLast(ModelOutputs model, int extent) {
    return model.where(output -> output.shape().size() == 3 && ModelOutputs.last(output) == extent);
  }

  private static long anchors(List<TensorInfo> outputs) {
    return outputs.stream().mapToLong(output -> output.shape().get(1)).sum();
  }

  /** There are more small anchors than large ones. */
  private static List<String> names(List<TensorInfo> outputs) {
    return outputs.stream()
        .sorted(Comparator.comparing((TensorInfo output) -> output.shape().get(1)).reversed())
        .map(TensorInfo::name)
        .toList();
  }

  @Override
  public int classes() {
    return 1;
  }

  @Override
  public void read(Map<String, Tensor> outputs, int width, int height, Candidates found) {
    Column scored = new Column(outputs, scores, 1);
    Column placed = new Column(outputs, places, PLACES);
    int anchor = 0;
    for (int[] layer : LAYERS) {
      int side = layer[0];
      for (int i = 0; i < side * side * layer[1]; i++) {
        int cell = i / layer[1];
        double score = sigmoid(scored.at(anchor, 0));
        if (found.takes(score)) {
          int line = cell / side;
          double x = (cell % side + 0.5) / side * width;
          double y = (line + 0.5) / side * height;
          found.add(0, score, box(placed, anchor, x, y), keypoints(placed, anchor, x, y));
        }
        anchor++;
      }
    }
  }

  private static Box box(Column placed, int anchor, double x, double y) {
    return Box.ofCentre(
        x + placed.at(anchor, 0),
        y + placed.at(anchor, 1),
        placed.at(anchor, 2),
        placed.at(anchor, 3));
  }

  private static List<Keypoint> keypoints(Column placed, int anchor, double x, double y) {
    List<Keypoint> keypoints = new ArrayList<>();
    for (int i = BOX; i < PLACES; i += 2) {
      keypoints.add(new Keypoint(x + placed.at(anchor, i), y + placed.at(anchor, i + 1)));
    }
    return keypoints;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-Math.max(-LARGEST_SCORE, Math.min(x, LARGEST_SCORE))));
  }

  /** The rows of several outputs, one after another. */
  private static final class Column {

    private final List<Rows> parts = new ArrayList<>();

    Column(Map<String, Tensor> outputs, List<String> names, int width) {
      names.forEach(name -> parts.add(Rows.of(outputs, name, width)));
      int rows = parts.stream().mapToInt(Rows::count).sum();
      if (rows != ANCHORS) {
        throw new ModelLoadException(
            "The outputs %s have %d rows together, but BlazeFace has %d anchors"
                .formatted(names, rows, ANCHORS));
      }
    }

    float at(int row, int column) {
      int left = row;
      for (Rows part : parts) {
        if (left < part.count()) {
          return part.at(left, column);
        }
        left -= part.count();
      }
      throw new IndexOutOfBoundsException(row);
    }
  }
}
