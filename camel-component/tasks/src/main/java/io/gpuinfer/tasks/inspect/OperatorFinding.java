package io.gpuinfer.tasks.inspect;

import java.util.List;

/**
 * An operator that a model calls.
 *
 * @param name of ONNX's own domain by its name, of others as {@code domain.Name}
 * @param opset version of its operator set
 * @param nodes how many call it
 * @param onDevice whether OpenCL devices have it; a model with one that they do not have is run
 *     there not at all
 * @param examples names of some of the nodes
 */
public record OperatorFinding(
    String name, int opset, int nodes, boolean onDevice, List<String> examples) {

  public OperatorFinding {
    examples = List.copyOf(examples);
  }
}
