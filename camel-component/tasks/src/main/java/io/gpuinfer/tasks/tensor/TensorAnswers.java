package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.JsonText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes answers of a model's outputs.
 *
 * @param entry the model
 * @param outputs their names, in the model's order
 * @param format what answers are to be
 */
record TensorAnswers(ModelEntry entry, List<String> outputs, TensorFormat format) {

  /**
   * Looks at which outputs a request wants.
   *
   * @throws InvalidInputException when the model has not all of them
   */
  void requireKnown(TensorRequest request) {
    for (String output : request.outputs()) {
      if (!outputs.contains(output)) {
        throw new InvalidInputException(
            "The model has no output '%s'; it has %s".formatted(output, outputs));
      }
    }
  }

  /** The answer to one request; several outputs of a NumPy array's model are an archive. */
  Object answer(TensorRequest request, Map<String, Tensor> made) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    List<String> wanted = request.outputs().isEmpty() ? outputs : request.outputs();
    wanted.forEach(output -> tensors.put(output, made.get(output)));
    return switch (format == TensorFormat.SAME ? request.format() : format) {
      case TENSOR, SAME -> tensors.size() == 1 ? first(tensors) : tensors;
      case NPY -> tensors.size() == 1 ? NpyFormat.write(first(tensors)) : NpzFormat.write(tensors);
      case NPZ -> NpzFormat.write(tensors);
      case JSON ->
          JsonText.of(
              new OpenInferenceResponse(entry.name(), entry.version(), request.id(), tensors));
    };
  }

  private static Tensor first(Map<String, Tensor> tensors) {
    return tensors.values().iterator().next();
  }
}
