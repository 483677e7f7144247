package io.gpuinfer.tasks.inference;

import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.onnx.ModelOutline;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.text.TextModel;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells BERT-like models, as Hugging Face's Optimum exports them: they read {@code input_ids}, and
 * the shape of the first output says what for.
 */
final class TextInference {

  /** What exports call the one vector of a text. */
  private static final Set<String> POOLED = Set.of("sentence_embedding", "pooler_output");

  private static final String LOGITS = "logits";

  private TextInference() {}

  /** Empty when the model does not read texts. */
  static Optional<InferredTask> of(ModelEntry entry, ModelOutline model) {
    Optional<TensorInfo> ids =
        model.inputs().stream().filter(input -> input.name().equals(TextModel.IDS)).findFirst();
    if (ids.isEmpty()) {
      return Optional.empty();
    }
    String reads = ids.get() + ": it reads texts";
    Optional<String> others = others(model.inputs());
    if (others.isPresent()) {
      return tensor(reads, others.get());
    }
    if (!entry.files().containsKey(TextModel.TOKENIZER)) {
      return tensor(reads, "no tokenizer.json is beside it, so texts cannot be made its inputs");
    }
    return Optional.of(byOutput(reads + ", and a tokenizer is beside it", model.outputs().get(0)));
  }

  private static Optional<String> others(List<TensorInfo> inputs) {
    return inputs.stream()
        .filter(
            input ->
                !TextModel.KNOWN_INPUTS.contains(input.name())
                    || !TextModel.ID_TYPES.contains(input.type())
                    || input.shape().size() != 2)
        .findFirst()
        .map(input -> input + " is none of the inputs that the tasks for texts make");
  }

  private static InferredTask byOutput(String reads, TensorInfo output) {
    int rank = output.shape().size();
    if (output.type().isFloat() && rank == 3 && !output.name().equals(LOGITS)) {
      return InferredTask.of(TaskType.EMBEDDING, reads, output + ": a vector for each token");
    }
    if (output.type().isFloat() && rank == 2 && POOLED.contains(output.name())) {
      return InferredTask.of(TaskType.EMBEDDING, reads, output + ": a vector for each text");
    }
    boolean single = rank == 1 || (rank == 2 && output.shape().get(1) == 1);
    if (output.type().isFloat() && single) {
      return InferredTask.of(
          TaskType.RERANK, reads, output + ": one number for a query with a document");
    }
    if (output.type().isFloat() && rank == 2 && output.name().equals(LOGITS)) {
      return InferredTask.of(TaskType.CLASSIFICATION, reads, output + ": a score for each class");
    }
    return InferredTask.of(
        TaskType.TENSOR,
        reads,
        output + ": neither a vector for each token nor scores for each text");
  }

  private static Optional<InferredTask> tensor(String... reasons) {
    return Optional.of(InferredTask.of(TaskType.TENSOR, reasons));
  }
}
