package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.graph.Node;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Every operator the engine translates, by domain and name. */
public final class Operators {

  private static final Map<String, Operator> ALL = new HashMap<>();

  static {
    ElementwiseOperators.addTo(ALL);
    MovementOperators.addTo(ALL);
    ShapeOperators.addTo(ALL);
    MatrixOperators.addTo(ALL);
    WindowOperators.addTo(ALL);
    ReductionOperators.addTo(ALL);
    SamplingOperators.addTo(ALL);
  }

  private Operators() {}

  /** Names of the supported operators of ONNX's default domain. */
  public static Set<String> names() {
    return Set.copyOf(ALL.keySet());
  }

  public static boolean supports(Node node) {
    return node.domain().isEmpty() && ALL.containsKey(node.type());
  }

  static Operator of(Node node) {
    return ALL.get(node.type());
  }
}
