package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Shapes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of all operators in Markdown: what their translations say of themselves, and what the
 * cases of {@link OperatorTest} show.
 */
final class OperatorTable {

  private static final String HEAD =
      """
      # Operators

      <!-- Made by OperatorTableTest, which also says how to make it anew. -->

      Every operator that the [engine](engine.md) translates. `Constant` is not among them: it is read with
      the file.

      - **Opsets**: those of the cases that ONNX Runtime must answer alike. No operator is refused for its
        opset unless its limits say so: where a newer one changed what an operator means, the translation
        looks at the opset of the model, and elsewhere all are the same to it. The ONNX project's own
        cases, which are run besides, have opsets 1 to 17. Below opset 7, `broadcast` and `axis` of `Add`
        and its like are ignored.
      - **Types**: those that the first input has in these cases. Others of
        [the engine's types](engine.md#limits) are taken where the translation can.
      - **Known**: from this input on (the first is 0), elements may have to be known before the run, as
        shapes depend on them: they are constants, follow from shapes, or are inputs of the request, each
        new one of which makes a new plan. A model that computes them on the device is refused.
      - **Limits**: what a translation does not do, or what a user should know of how it does it. Optional
        outputs that are not made are refused when a model uses them.

      | domain | operator | opsets | types | known | limits |
      |---|---|---|---|---|---|
      """;

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
    Map<String, String> rows =
        new TreeMap<>(
            Comparator.comparing(OperatorTable::domain).thenComparing(Comparator.naturalOrder()));
    Operators.names().forEach(name -> rows.put(name, row(name)));
    return HEAD + String.join("", rows.values());
  }

  private String row(String name) {
    return "| %s | `%s` | %s | %s | %s | %s |\n"
        .formatted(
            domain(name),
            name.substring(name.lastIndexOf('.') + 1),
            listed(opsets.getOrDefault(name, Set.of())),
            listed(types.getOrDefault(name, Set.of())),
            ShapeInputs.first(name).isPresent() ? ShapeInputs.first(name).getAsInt() : "",
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
