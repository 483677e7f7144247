package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One translation of a model's nodes, and of those in the bodies of its nodes, into actions. */
final class Translation {

  /** Bounds what loops, and loops in loops, can bring about. */
  private static final int MAX_NODES = 200_000;

  private final Builder builder;
  private int translated;

  Translation(Builder builder) {
    this.builder = builder;
  }

  /** Translates nodes that are in order; their outputs join the scope. */
  void translate(List<Node> nodes, Scope scope) {
    for (Node node : nodes) {
      count();
      translate(node, scope);
    }
  }

  private void count() {
    if (++translated > MAX_NODES) {
      throw new ModelLoadException("The model's loops come to over " + MAX_NODES + " nodes");
    }
  }

  private void translate(Node node, Scope scope) {
    builder.begin(node);
    List<Value> inputs = new ArrayList<>();
    node.inputs().forEach(name -> inputs.add(name.isEmpty() ? null : scope.get(name)));
    List<Value> outputs;
    try {
      Call call =
          new Call(node, inputs, builder, (body, arguments) -> run(node, body, arguments, scope));
      outputs = Operators.of(node).translate(call);
    } catch (InvalidInputException e) {
      throw new InvalidInputException(at(node, inputs) + e.getMessage(), e);
    } catch (GpuInferException e) {
      throw e;
    } catch (RuntimeException e) {
      // The file is untrusted: whatever a senseless node brings about is a fault of the model.
      throw new ModelLoadException(
          at(node, inputs) + "its inputs or attributes make no sense: " + e, e);
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      if (i < outputs.size() && outputs.get(i) != null) {
        scope.put(node.outputs().get(i), outputs.get(i));
      } else {
        scope.putUnmade(node.outputs().get(i), node.name());
      }
    }
  }

  private List<Value> run(Node node, Graph body, List<Value> arguments, Scope outer) {
    count();
    if (arguments.size() != body.inputs().size()) {
      throw new ModelLoadException(
          "Node '%s': its graph '%s' has %d inputs but gets %d"
              .formatted(node.name(), body.name(), body.inputs().size(), arguments.size()));
    }
    Scope scope = new Scope(outer);
    body.constants().forEach((name, tensor) -> scope.put(name, builder.constant(tensor, true)));
    for (int i = 0; i < arguments.size(); i++) {
      scope.put(body.inputs().get(i).name(), arguments.get(i));
    }
    translate(body.nodes(), scope);
    builder.begin(node);
    return body.outputs().stream().map(output -> scope.get(output.name())).toList();
  }

  private static String at(Node node, Collection<Value> inputs) {
    return "Node '" + node.name() + "' (" + node.signature() + ") of " + inputs + ": ";
  }
}
