package io.gpuinfer.tasks.inference;

import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.onnx.ModelOutline;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.detection.RecognisedHead;
import io.gpuinfer.tasks.image.PictureAxes;
import io.gpuinfer.tasks.image.Preset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells models whose only input is a picture: four axes, one of them the colours. */
final class PictureInference {

  /** Below it, what has three of something is no picture, but a small tensor. */
  private static final long LEAST_SIDE = 16;

  /** What exporters call a picture's vector, which has the shape of scores of classes. */
  private static final List<String> VECTORS = List.of("embed", "feature");

  private PictureInference() {}

  /** Empty when the model does not read pictures. */
  static Optional<InferredTask> of(ModelOutline model) {
    if (model.inputs().size() != 1 || !isPicture(model.inputs().get(0))) {
      return Optional.empty();
    }
    TensorInfo input = model.inputs().get(0);
    String reads = input + ": it reads pictures";
    String answers =
        model.outputs().stream().map(String::valueOf).collect(Collectors.joining(", "));
    Optional<RecognisedHead> head = RecognisedHead.of(input, model.outputs());
    if (head.isPresent()) {
      return Optional.of(
          InferredTask.of(
              TaskType.DETECTION,
              reads,
              answers + ": boxes and scores as " + head.get().name() + " has them",
              preprocessing(head.get().preset())));
    }
    if (model.outputs().size() == 1 && areScores(model.outputs().get(0))) {
      return Optional.of(
          InferredTask.of(
              TaskType.CLASSIFICATION,
              reads,
              answers + ": a score for each class",
              preprocessing(Preset.IMAGENET)));
    }
    return Optional.of(
        InferredTask.of(
            TaskType.TENSOR,
            reads,
            answers + ": neither scores of classes nor the boxes of a known head"));
  }

  private static boolean isPicture(TensorInfo input) {
    List<Long> shape = input.shape();
    return PictureAxes.of(input)
        .filter(axes -> isSide(shape.get(axes.height())) && isSide(shape.get(axes.width())))
        .filter(axes -> isOneOrMore(shape.get(0)))
        .isPresent();
  }

  private static boolean isSide(long extent) {
    return extent == TensorInfo.DYNAMIC || extent >= LEAST_SIDE;
  }

  /** Whether one picture fills that axis: models of a fixed number of them wait for others. */
  private static boolean isOneOrMore(long pictures) {
    return pictures == 1 || pictures == TensorInfo.DYNAMIC;
  }

  /** [pictures, classes], with axes of 1 after them where the last layer is a pooling one. */
  private static boolean areScores(TensorInfo output) {
    List<Long> shape = output.shape();
    String name = output.name().toLowerCase(Locale.ROOT);
    return output.type().isFloat()
        && shape.size() >= 2
        && isOneOrMore(shape.get(0))
        && shape.get(1) >= 2
        && shape.stream().skip(2).allMatch(extent -> extent == 1)
        && VECTORS.stream().noneMatch(name::contains);
  }

  private static String preprocessing(Preset preset) {
    return "size and order of a picture are the input's, all else the preset %s, unless set under preprocessing"
        .formatted(preset.name().toLowerCase(Locale.ROOT));
  }
}
