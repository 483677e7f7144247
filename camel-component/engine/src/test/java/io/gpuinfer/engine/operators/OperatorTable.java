package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.testing.DocsTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of all operators: what their translations say of themselves, and what the cases of
 * {@link OperatorTest} show.
 */
final class OperatorTable {

  private static final String OWN_DOMAIN = "ai.onnx";

  private final Map<String, Set<Integer>> opsets = new HashMap<>();
  private final Map<String, Set<DataType>> types = new HashMap<>();

  private OperatorTable() {}

  static String of(Stream<OperatorFamily> families) {
    OperatorTable table = new OperatorTable();
    families.forEach(table::add);
    return table.text();
  }

  private void add(OperatorFamily family) {
    Graph graph = family.graph();
    addOpsets(graph);
    Map<String, DataType> ofValues = typesOfValues(graph, family.inputs());
    for (Node node : graph.nodes()) {
      node.inputs().stream()
          .limit(1)
          .filter(ofValues::containsKey)
          .forEach(
              input ->
                  types.computeIfAbsent(name(node), k -> new TreeSet<>()).add(ofValues.get(input)));
    }
  }

  private void addOpsets(Graph graph) {
    for (Node node : graph.nodes()) {
      opsets.computeIfAbsent(name(node), key -> new TreeSet<>()).add(node.opset());
      node.attributes().graphs().forEach(this::addOpsets);
    }
  }

  /** Of all values that nodes read: a program that answers them knows their types. */
  private static Map<String, DataType> typesOfValues(Graph graph, Map<String, Tensor> inputs) {
    Set<String> read = new LinkedHashSet<>();
    graph.nodes().forEach(node -> read.addAll(node.inputs()));
    read.remove("");
    List<String> names = new ArrayList<>(read);
    List<TensorInfo> outputs =
        names.stream()
            .map(name -> new TensorInfo(name, DataType.FLOAT32, List.of(), List.of()))
            .toList();
    Graph open = new Graph(graph.name(), graph.inputs(), outputs, graph.constants(), graph.nodes());
    Map<String, int[]> shapes = new HashMap<>();
    inputs.forEach((name, tensor) -> shapes.put(name, Shapes.ints(tensor.shape())));
    Map<String, Tensor> known = new HashMap<>(inputs);
    known.keySet().retainAll(ShapeInputs.of(graph));
    Program program = new Specializer(open).specialize(shapes, known);
    Map<String, DataType> types = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      types.put(names.get(i), program.outputs().get(i).type());
    }
    return types;
  }

  private static String name(Node node) {
    return node.domain().isEmpty() ? node.type() : node.domain() + "." + node.type();
  }

  private String text() {
    DocsTable table = new DocsTable("domain", "operator", "opsets", "types", "known", "limits");
    Operators.names().stream()
        .sorted(
            Comparator.comparing(OperatorTable::domain).thenComparing(Comparator.naturalOrder()))
        .forEach(name -> add(name, table));
    return table.toString();
  }

  private void add(String name, DocsTable table) {
    OptionalInt known = ShapeInputs.first(name);
    table.row(
        domain(name),
        DocsTable.code(name.substring(name.lastIndexOf('.') + 1)),
        listed(opsets.getOrDefault(name, Set.of())),
        listed(types.getOrDefault(name, Set.of())),
        known.isPresent() ? String.valueOf(known.getAsInt()) : "",
        Operators.named(name).limits());
  }

  private static String domain(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? OWN_DOMAIN : name.substring(0, dot);
  }

  private static String listed(Set<?> values) {
    return values.stream()
        .map(value -> value.toString().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }
}
