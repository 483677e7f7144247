package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
    QuantizationOperators.addTo(ALL);
    IntegerOperators.addTo(ALL);
    ActivationOperators.addTo(ALL);
    TrigonometryOperators.addTo(ALL);
    NumberOperators.addTo(ALL);
    NormalizationOperators.addTo(ALL);
    PatternOperators.addTo(ALL);
    SpectralOperators.addTo(ALL);
    LossOperators.addTo(ALL);
    EinsumOperator.addTo(ALL);
    ControlFlowOperators.addTo(ALL);
    TransformerOperators.addTo(ALL);
    AttentionOperators.addTo(ALL);
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

  /** The nodes of a graph, and of those that its nodes carry, that are not supported. */
  public static List<Node> unsupported(Graph graph) {
    List<Node> found = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (!supports(node)) {
        found.add(node);
      }
      node.attributes().graphs().forEach(body -> found.addAll(unsupported(body)));
    }
    return found;
  }

  private static boolean supports(Node node) {
    return ALL.containsKey(key(node));
  }

  static Operator of(Node node) {
    return ALL.get(key(node));
  }

  /** An operator by its name as {@link #names()} has it. */
  static Operator named(String name) {
    return ALL.get(name);
  }

  private static String key(Node node) {
    return node.domain().isEmpty() ? node.type() : node.domain() + "." + node.type();
  }
}
