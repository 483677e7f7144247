package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Compares a request's tensors with what the model says of its inputs. */
final class InputCheck {

  private InputCheck() {}

  /**
   * @throws InvalidInputException naming the input, what was expected and what came
   */
  static void check(Graph graph, Map<String, Tensor> inputs) {
    List<String> names = graph.inputs().stream().map(TensorInfo::name).toList();
    for (String name : inputs.keySet()) {
      if (!names.contains(name)) {
        throw new InvalidInputException(
            "'" + graph.name() + "' has no input '" + name + "'; its inputs are " + names);
      }
    }
    for (TensorInfo expected : graph.inputs()) {
      Tensor tensor = inputs.get(expected.name());
      if (tensor == null) {
        throw new InvalidInputException(
            "Input '" + expected.name() + "' is missing; '" + graph.name() + "' needs " + names);
      }
      boolean fits = tensor.type() == expected.type() && tensor.rank() == expected.shape().size();
      for (int i = 0; fits && i < tensor.rank(); i++) {
        long extent = expected.shape().get(i);
        fits = tensor.dim(i) > 0 && (extent == TensorInfo.DYNAMIC || extent == tensor.dim(i));
      }
      if (!fits) {
        throw new InvalidInputException(
            "Input '%s' should be %s%s but is %s%s"
                .formatted(
                    expected.name(),
                    expected.type(),
                    shape(expected),
                    tensor.type(),
                    Arrays.toString(tensor.shape())));
      }
    }
  }

  private static List<String> shape(TensorInfo info) {
    return info.shape().stream()
        .map(extent -> extent == TensorInfo.DYNAMIC ? "?" : extent.toString())
        .toList();
  }
}
