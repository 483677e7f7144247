package io.gpuinfer.tasks.inference;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.onnx.ModelOutline;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.ocr.OcrTask;
import java.util.Arrays;
import java.util.Set;

/**
 * Tells what a model is for, also where its description does not say so. What cannot be served as
 * what it looks like, as a file is missing, is taken for tensors, which every model has.
 */
public final class TaskInference {

  private static final Set<String> OF_OCR =
      Set.of(OcrTask.DETECTION, OcrTask.RECOGNITION, OcrTask.KEYS);

  private TaskInference() {}

  /**
   * The task of an entry: what its description says, or else what its model file tells, which is
   * read then, but not loaded.
   *
   * @throws ModelLoadException when the description names a task that this build does not know, or
   *     the model file cannot be read or is no model
   */
  public static InferredTask of(ModelEntry entry) {
    return isDescribed(entry) ? described(entry) : inferred(entry);
  }

  private static boolean isDescribed(ModelEntry entry) {
    return !entry.task().equals(ModelEntry.AUTO);
  }

  private static InferredTask described(ModelEntry entry) {
    for (TaskType type : TaskType.values()) {
      if (type.name().equalsIgnoreCase(entry.task()) && type != TaskType.AUTO) {
        return InferredTask.of(type, "its description says so");
      }
    }
    throw new ModelLoadException(
        "Model %s is for the task '%s'; this build knows %s"
            .formatted(entry.name(), entry.task(), Arrays.toString(TaskType.values())));
  }

  private static InferredTask inferred(ModelEntry entry) {
    if (entry.files().keySet().containsAll(OF_OCR)) {
      return InferredTask.of(
          TaskType.OCR, "its files are those of detection and recognition, with the latter's keys");
    }
    return of(entry, ModelOutline.read(entry.file(ModelEntry.MODEL)));
  }

  /** What a model file tells, whatever the description says. */
  static InferredTask of(ModelEntry entry, ModelOutline model) {
    return TextInference.of(entry, model)
        .or(() -> PictureInference.of(model))
        .orElseGet(
            () ->
                InferredTask.of(
                    TaskType.TENSOR, "its inputs and outputs are not those of texts or pictures"));
  }
}
