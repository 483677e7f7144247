package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.program.Value;
import java.util.List;

/** Translates the nodes of one ONNX operator. */
@FunctionalInterface
interface Operator {

  /**
   * @return the node's outputs, in its order; optional ones that the engine does not make are null,
   *     or missing at the end
   * @throws io.gpuinfer.engine.InvalidInputException when the input shapes do not fit
   * @throws io.gpuinfer.engine.ModelLoadException when the node itself is wrong
   */
  List<Value> translate(Call call);

  /** What the table of operators says about it beside its tests; mostly nothing. */
  default String limits() {
    return "";
  }
}
