package io.gpuinfer.component;

import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.TaskType;
import java.util.List;

/**
 * What a model takes and gives, where a version of it is loaded.
 *
 * @param model its name
 * @param version the one that serves
 * @param task what it does with a body
 * @param state how well it is served now
 * @param inputs of the first of the model's files
 * @param outputs of the same
 */
public record ModelDescription(
    String model,
    String version,
    TaskType task,
    ServerState state,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs) {

  public ModelDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
