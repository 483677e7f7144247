package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.DeadCode;
import io.gpuinfer.engine.program.Derivations;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns a graph into the program for one set of input shapes. */
public final class Specializer {

  private final Graph graph;
  private final boolean oneShape;
  private final Derivations derivations = new Derivations();
  private final Map<String, Value> constants = new HashMap<>();

  public Specializer(Graph graph) {
    this.graph = graph;
    this.oneShape =
        shapeInputs().isEmpty()
            && graph.inputs().stream().noneMatch(i -> i.shape().contains(TensorInfo.DYNAMIC));
    Builder builder = new Builder(derivations, oneShape);
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
    return ShapeInputs.of(graph);
  }

  /**
   * @param shapes the shape of every input
   * @param known elements of the inputs that shapes depend on
   * @throws InvalidInputException when the shapes do not fit the model
   * @throws ModelLoadException when a node is wrong in itself
   */
  public Program specialize(Map<String, int[]> shapes, Map<String, Tensor> known) {
    Builder builder = new Builder(derivations, oneShape);
    Scope scope = new Scope(null);
    constants.forEach(scope::put);
    List<Value> inputs = new ArrayList<>();
    for (TensorInfo input : graph.inputs()) {
      Tensor tensor = known.get(input.name());
      Value value =
          tensor != null
              ? builder.constant(tensor, false)
              : Value.input(input.name(), input.type(), shapes.get(input.name()));
      scope.put(input.name(), value);
      if (tensor == null) {
        inputs.add(value);
      }
    }
    new Translation(builder).translate(graph.nodes(), scope);
    List<Value> outputs = graph.outputs().stream().map(output -> scope.get(output.name())).toList();
    return DeadCode.remove(new Program(inputs, outputs, builder.ops()));
  }
}
