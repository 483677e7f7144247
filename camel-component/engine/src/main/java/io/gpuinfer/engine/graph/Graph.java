package io.gpuinfer.engine.graph;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;

/**
 * A model: nodes in an order in which every value is made before it is used.
 *
 * @param name for messages
 * @param inputs what a run must be given
 * @param outputs what a run answers
 * @param constants the tensors that the file carries, by value name
 * @param nodes in topological order
 */
public record Graph(
    String name,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    Map<String, Tensor> constants,
    List<Node> nodes) {

  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    constants = Map.copyOf(constants);
    nodes = List.copyOf(nodes);
  }
}
