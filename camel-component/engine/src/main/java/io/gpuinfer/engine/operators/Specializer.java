package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Derivations;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns a graph into the program for one set of input shapes. */
public final class Specializer {

  /** Operators whose output's shape depends on elements of their inputs, from the given one on. */
  private static final Map<String, Integer> SHAPED_BY_INPUTS =
      Map.ofEntries(
          Map.entry("Reshape", 1),
          Map.entry("Resize", 1),
          Map.entry("Upsample", 1),
          Map.entry("Expand", 1),
          Map.entry("Slice", 1),
          Map.entry("Tile", 1),
          Map.entry("Pad", 1),
          Map.entry("Split", 1),
          Map.entry("Squeeze", 1),
          Map.entry("Unsqueeze", 1),
          Map.entry("ReduceSum", 1),
          Map.entry("TopK", 1),
          Map.entry("CumSum", 1),
          Map.entry("MaxUnpool", 2),
          Map.entry("Compress", 1),
          Map.entry("NonZero", 0),
          Map.entry("Unique", 0),
          Map.entry("NonMaxSuppression", 0),
          Map.entry("ConstantOfShape", 0),
          Map.entry("Range", 0));

  private final Graph graph;
  private final Derivations derivations = new Derivations();
  private final Map<String, Value> constants = new HashMap<>();

  public Specializer(Graph graph) {
    this.graph = graph;
    Builder builder = new Builder(derivations);
    graph
        .constants()
        .forEach((name, tensor) -> constants.put(name, builder.constant(tensor, true)));
  }

  /** What is derived from the model's constants, shared by all its programs. */
  public Derivations derivations() {
    return derivations;
  }

  /** Inputs whose elements shapes depend on, so that a program is for one set of values of them. */
  public Set<String> shapeInputs() {
    Set<String> needed = new HashSet<>();
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      boolean feedsShape = node.outputs().stream().anyMatch(needed::contains);
      int firstShape =
          feedsShape ? 0 : SHAPED_BY_INPUTS.getOrDefault(node.type(), Integer.MAX_VALUE);
      if (!node.type().equals("Shape") && !node.type().equals("Size")) {
        node.inputs().stream().skip(firstShape).forEach(needed::add);
      }
    }
    needed.retainAll(graph.inputs().stream().map(TensorInfo::name).toList());
    return needed;
  }

  /**
   * @param shapes the shape of every input
   * @param known elements of the inputs that shapes depend on
   * @throws InvalidInputException when the shapes do not fit the model
   * @throws ModelLoadException when a node is wrong in itself
   */
  public Program specialize(Map<String, int[]> shapes, Map<String, Tensor> known) {
    Builder builder = new Builder(derivations);
    Map<String, Value> values = new HashMap<>(constants);
    List<Value> inputs = new ArrayList<>();
    for (TensorInfo input : graph.inputs()) {
      Tensor tensor = known.get(input.name());
      Value value =
          tensor != null
              ? builder.constant(tensor, false)
              : Value.input(input.name(), input.type(), shapes.get(input.name()));
      values.put(input.name(), value);
      if (tensor == null) {
        inputs.add(value);
      }
    }
    for (Node node : graph.nodes()) {
      builder.begin(node);
      translate(node, builder, values);
    }
    List<Value> outputs =
        graph.outputs().stream().map(output -> values.get(output.name())).toList();
    return DeadCode.remove(new Program(inputs, outputs, builder.ops()));
  }

  private static void translate(Node node, Builder builder, Map<String, Value> values) {
    List<Value> inputs = new ArrayList<>();
    node.inputs().forEach(name -> inputs.add(name.isEmpty() ? null : values.get(name)));
    List<Value> outputs;
    try {
      outputs = Operators.of(node).translate(new Call(node, inputs, builder));
    } catch (InvalidInputException e) {
      throw new InvalidInputException(at(node, inputs) + e.getMessage(), e);
    } catch (GpuInferException e) {
      throw e;
    } catch (RuntimeException e) {
      // The file is untrusted: whatever a senseless node brings about is a fault of the model.
      throw new ModelLoadException(
          at(node, inputs) + "its inputs or attributes make no sense: " + e, e);
    }
    for (int i = 0; i < outputs.size() && i < node.outputs().size(); i++) {
      values.put(node.outputs().get(i), outputs.get(i));
    }
  }

  private static String at(Node node, Collection<Value> inputs) {
    return "Node '" + node.name() + "' (" + node.signature() + ") of " + inputs + ": ";
  }
}
