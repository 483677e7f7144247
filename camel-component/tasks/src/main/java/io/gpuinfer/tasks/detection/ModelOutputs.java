package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.tasks.image.PictureAxes;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a model says of itself that tells which head it has.
 *
 * @param model its name, for messages
 * @param outputs in the model's order
 * @param width of its input, in pixels; {@link TensorInfo#DYNAMIC} where requests choose it
 * @param height of its input, likewise
 * @param labels lines of its label file; {@link Head#UNKNOWN} without one
 */
record ModelOutputs(String model, List<TensorInfo> outputs, long width, long height, int labels) {

  private static final int TABLE = 3;
  private static final int MAP = 5;
  private static final int[] STRIDES = {8, 16, 32};
  private static final int[] MORE_STRIDES = {8, 16, 32, 64};

  /**
   * Those of a model with one input, for a picture.
   *
   * @param input of four axes, where the model says so
   */
  static ModelOutputs of(String model, TensorInfo input, List<TensorInfo> outputs, int labels) {
    List<Long> shape = input.shape();
    boolean known = shape.size() == 4;
    PictureAxes axes = PictureAxes.of(input).orElse(PictureAxes.FIRST);
    return new ModelOutputs(
        model,
        outputs,
        known ? shape.get(axes.width()) : TensorInfo.DYNAMIC,
        known ? shape.get(axes.height()) : TensorInfo.DYNAMIC,
        labels);
  }

  /**
   * The only output of three axes, where there is one. Beside it, older exports have the maps that
   * it was decoded from, of five axes.
   */
  Optional<TensorInfo> table() {
    List<TensorInfo> tables = where(output -> output.shape().size() == TABLE);
    List<TensorInfo> maps = where(output -> output.shape().size() == MAP);
    return tables.size() == 1 && maps.size() == outputs.size() - 1
        ? Optional.of(tables.get(0))
        : Optional.empty();
  }

  /** An extent of an output's last axis. */
  static long last(TensorInfo output) {
    List<Long> shape = output.shape();
    return shape.isEmpty() ? 1 : shape.get(shape.size() - 1);
  }

  /** Whether a number of boxes is so many for each cell of the grids that YOLO models look at. */
  boolean isGrid(long boxes, int perCell) {
    return width > 0
        && height > 0
        && (boxes == perCell * cells(STRIDES) || boxes == perCell * cells(MORE_STRIDES));
  }

  private long cells(int... strides) {
    long cells = 0;
    for (int stride : strides) {
      cells += (width / stride) * (height / stride);
    }
    return cells;
  }

  /** The outputs of which something holds, in the model's order. */
  List<TensorInfo> where(Predicate<TensorInfo> holds) {
    return outputs.stream().filter(holds).toList();
  }

  /**
   * What to throw when the outputs are not those of a head.
   *
   * @param expected what they would have to be
   */
  ModelLoadException misfit(String expected) {
    return new ModelLoadException(
        "%s: %s; but its outputs are %s and its input is %s × %s pixels"
            .formatted(model, expected, shapes(), told(width), told(height)));
  }

  private String shapes() {
    return outputs.stream()
        .map(
            output ->
                output.name()
                    + output.shape().stream()
                        .map(ModelOutputs::told)
                        .collect(Collectors.joining(", ", " [", "]")))
        .collect(Collectors.joining("; "));
  }

  private static String told(long extent) {
    return extent == TensorInfo.DYNAMIC ? "?" : String.valueOf(extent);
  }
}
