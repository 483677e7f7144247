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
    PoolOperators.addTo(ALL);
    ReductionOperators.addTo(ALL);
    SamplingOperators.addTo(ALL);
    IndexOperators.addTo(ALL);
    OrderOperators.addTo(ALL);
    SelectionOperators.addTo(ALL);
    RecurrentOperators.addTo(ALL);
  }

  private Operators() {}

  /** The supported operators: of ONNX's own domain by name, of others as {@code domain.Name}. */
  public static Set<String> names() {
    return Set.copyOf(ALL.keySet());
  }

  public static boolean supports(Node node) {
    return ALL.containsKey(key(node));
  }

  static Operator of(Node node) {
    return ALL.get(key(node));
  }

  private static String key(Node node) {
    return node.domain().isEmpty() ? node.type() : node.domain() + "." + node.type();
  }
}
