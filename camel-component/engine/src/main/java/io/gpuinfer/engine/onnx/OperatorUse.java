package io.gpuinfer.engine.onnx;

import java.util.List;

/**
 * The nodes of a model that call one operator.
 *
 * @param domain operator set, empty for ONNX's own
 * @param type operator
 * @param opset version of the operator set
 * @param nodes their names in the file; empty texts where it gives none
 */
public record OperatorUse(String domain, String type, int opset, List<String> nodes) {

  public OperatorUse {
    nodes = List.copyOf(nodes);
  }

  /** {@code Conv} or {@code com.microsoft.Gelu}. */
  public String name() {
    return domain.isEmpty() ? type : domain + "." + type;
  }
}
