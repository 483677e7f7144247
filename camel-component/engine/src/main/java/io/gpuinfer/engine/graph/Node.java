package io.gpuinfer.engine.graph;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One operator call.
 *
 * @param name the file's name of it, or one made from type and position
 * @param domain operator set, empty for ONNX's own
 * @param type operator
 * @param opset version of the operator set the file was written for
 * @param inputs names of values; an empty name is an optional input left out
 * @param outputs names of values; an empty name is an output nobody wants
 * @param attributes what parametrises the call
 */
public record Node(
    String name,
    String domain,
    String type,
    int opset,
    List<String> inputs,
    List<String> outputs,
    Attributes attributes) {

  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Names of all values that the node reads, those that only its graphs read included. */
  public Set<String> reads() {
    Set<String> read = new LinkedHashSet<>(inputs);
    read.remove("");
    attributes.graphs().forEach(graph -> read.addAll(graph.captures()));
    return read;
  }

  /** {@code Conv-11} or {@code com.microsoft.Gelu-1}. */
  public String signature() {
    return (domain.isEmpty() ? "" : domain + ".") + type + "-" + opset;
  }
}
