package io.gpuinfer.tasks.inference;

import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.onnx.ModelOutline;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.TaskType;
import java.util.List;
import java.util.Optional;

/** Tells models whose only input is a picture: floats of four axes, three of them colours. */
final class PictureInference {

  private static final int RANK = 4;
  private static final long COLOURS = 3;

  private PictureInference() {}

  /** Empty when the model does not read pictures. */
  static Optional<InferredTask> of(ModelEntry entry, ModelOutline model) {
    if (model.inputs().size() != 1 || !isPicture(model.inputs().get(0))) {
      return Optional.empty();
    }
    TensorInfo input = model.inputs().get(0);
    return Optional.of(InferredTask.of(TaskType.TENSOR, input + ": it reads pictures"));
  }

  private static boolean isPicture(TensorInfo input) {
    List<Long> shape = input.shape();
    return input.type().isFloat()
        && shape.size() == RANK
        && (shape.get(1) == COLOURS || shape.get(3) == COLOURS);
  }
}
