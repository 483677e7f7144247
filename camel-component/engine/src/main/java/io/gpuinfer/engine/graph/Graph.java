package io.gpuinfer.engine.graph;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model, or a part of one that a node runs: nodes in an order in which every value is made before
 * it is used. A part also sees the values of what is around it.
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

  /** Names of values that it reads from the graph around it. */
  public Set<String> captures() {
    Set<String> read = new LinkedHashSet<>();
    nodes.forEach(node -> read.addAll(node.reads()));
    outputs.forEach(output -> read.add(output.name()));
    nodes.forEach(node -> node.outputs().forEach(read::remove));
    inputs.forEach(input -> read.remove(input.name()));
    read.removeAll(constants.keySet());
    return read;
  }
}
