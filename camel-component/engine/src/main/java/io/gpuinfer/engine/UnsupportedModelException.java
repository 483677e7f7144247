package io.gpuinfer.engine;

import java.util.List;

/** The model is well formed, but the device cannot run all of it, so none of it is run. */
public class UnsupportedModelException extends ModelLoadException {

  private static final long serialVersionUID = 1L;

  private final List<String> operators;

  /**
   * @param message what was refused and what to do about it
   * @param operators one line for each unsupported operator: type, opset and the nodes that use it
   */
  public UnsupportedModelException(String message, List<String> operators) {
    super(message);
    this.operators = List.copyOf(operators);
  }

  /** One line for each unsupported operator: type, opset and the nodes that use it. */
  public List<String> operators() {
    return operators;
  }
}
