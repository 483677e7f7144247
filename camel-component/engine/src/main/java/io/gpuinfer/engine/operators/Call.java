package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.graph.Attributes;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.graph.Node;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Value;
import java.util.List;

/**
 * A node with its inputs at hand.
 *
 * @param node the model's node
 * @param inputs values, null for optional inputs left out
 * @param builder takes the actions
 * @param bodies translates the graphs that the node carries
 */
record Call(Node node, List<Value> inputs, Builder builder, Bodies bodies) {

  /** Translates graphs in the place where their node is. */
  @FunctionalInterface
  interface Bodies {

    /**
     * @param arguments values of the graph's inputs
     * @return values of its outputs
     */
    List<Value> run(Graph body, List<Value> arguments);
  }

  /** The same node with other inputs. */
  Call with(List<Value> others) {
    return new Call(node, others, builder, bodies);
  }

  Attributes attributes() {
    return node.attributes();
  }

  int opset() {
    return node.opset();
  }

  boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  /** An input that the operator requires. */
  Value input(int index) {
    if (!has(index)) {
      throw new ModelLoadException("Node '" + node.name() + "' lacks input " + index);
    }
    return inputs.get(index);
  }

  /** An input whose elements must be known before the run, because shapes depend on it. */
  long[] known(int index) {
    return knownTensor(index).toLongArray();
  }

  /** As {@link #known}, of any type. */
  Tensor knownTensor(int index) {
    Value value = input(index);
    if (!value.isConstant()) {
      throw new UnknownShapeException(
          "Node '"
              + node.name()
              + "' ("
              + node.signature()
              + ") needs input "
              + index
              + " to be known before the run, but it is computed on the device");
    }
    builder.decidedBy(value);
    return value.constant();
  }

  /**
   * Integers that older opsets carry as an attribute and newer ones as an input; null for neither.
   */
  long[] listed(String attribute, int index) {
    return has(index) ? known(index) : attributes().integers(attribute);
  }
}
