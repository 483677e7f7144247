package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One body, read.
 *
 * @param format what it came in
 * @param id what the caller calls it; null where it says nothing
 * @param inputs tensors by name
 * @param outputs which outputs to answer with; all where it is empty
 */
record TensorRequest(
    TensorFormat format, String id, Map<String, Tensor> inputs, List<String> outputs) {

  static TensorRequest of(TensorFormat format, Map<String, Tensor> inputs) {
    return new TensorRequest(format, null, inputs, List.of());
  }
}
