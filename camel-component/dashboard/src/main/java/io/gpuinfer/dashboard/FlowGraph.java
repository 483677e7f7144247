package io.gpuinfer.dashboard;

import io.gpuinfer.dashboard.Flow.Graph;
import io.gpuinfer.dashboard.Flow.Link;
import io.gpuinfer.dashboard.Flow.Node;
import io.gpuinfer.engine.DeviceKind;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A graph in the making. It adds up whole numbers, so that what flows into a node is what flows out
 * of it, and not nearly so.
 */
final class FlowGraph {

  private final String unit;
  private final double valuesPerUnit;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<Edge, Long> links = new LinkedHashMap<>();

  private record Edge(String source, String target) {}

  /**
   * @param valuesPerUnit how many of the whole numbers make one of the unit
   */
  FlowGraph(String unit, double valuesPerUnit) {
    this.unit = unit;
    this.valuesPerUnit = valuesPerUnit;
  }

  static Node source(String label) {
    return new Node(label, "source", label);
  }

  static Node model(String id) {
    return new Node("model:" + id, "model", id);
  }

  static Node device(DeviceKind kind) {
    return new Node("device:" + kind, "device", kind.name());
  }

  static Node outcome(String label) {
    return new Node("outcome:" + label, "outcome", label);
  }

  static Node part(String label) {
    return new Node("part:" + label, "part", label);
  }

  /** Adds a flow; one of nothing is none. */
  void add(Node source, Node target, long value) {
    if (value > 0) {
      nodes.putIfAbsent(source.name(), source);
      nodes.putIfAbsent(target.name(), target);
      links.merge(new Edge(source.name(), target.name()), value, Long::sum);
    }
  }

  Graph graph() {
    return new Graph(
        unit,
        nodes.values().stream().toList(),
        links.entrySet().stream()
            .map(
                link ->
                    new Link(
                        link.getKey().source(),
                        link.getKey().target(),
                        link.getValue() / valuesPerUnit))
            .toList());
  }
}
