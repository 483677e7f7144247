package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.operators.Specializer;
import io.gpuinfer.engine.plan.Planner;
import io.gpuinfer.engine.plan.Target;
import io.gpuinfer.engine.plan.WeightStore;
import io.gpuinfer.engine.program.Program;
import java.util.Map;
import java.util.Set;

/**
 * What all sessions of a model on a device have in common: the graph, what is derived from it, and
 * the weights in the device's order. Safe for use by several threads.
 */
final class SharedModel implements AutoCloseable {

  private final Graph graph;
  private final Target target;
  private final Specializer specializer;
  private final Set<String> shapeInputs;
  private final WeightStore store;
  private final ModelWeights weights;
  private final Runnable onClose;

  /**
   * @param inPlace whether the device works on Java arrays themselves
   * @param onClose is told of each session that no longer needs the model
   */
  SharedModel(Graph graph, Target target, boolean inPlace, Runnable onClose) {
    this.graph = graph;
    this.target = target;
    this.specializer = new Specializer(graph);
    this.shapeInputs = specializer.shapeInputs();
    this.store = new WeightStore(target);
    this.weights = new ModelWeights(store, inPlace);
    this.onClose = onClose;
  }

  Graph graph() {
    return graph;
  }

  Target target() {
    return target;
  }

  /** Inputs whose elements shapes depend on. */
  Set<String> shapeInputs() {
    return shapeInputs;
  }

  ModelWeights weights() {
    return weights;
  }

  /** Bytes of all weights that plans so far have brought. */
  long weightBytes() {
    return store.size() * Float.BYTES;
  }

  /** A planner for one session. */
  Planner planner(boolean memoryReuse) {
    return new Planner(target, memoryReuse, store);
  }

  /**
   * The program for inputs of these shapes, as {@link Specializer} makes it. What it derives from
   * the model's constants is kept for the next one, so only one is made at a time.
   */
  synchronized Program specialize(Map<String, int[]> shapes, Map<String, Tensor> known) {
    return specializer.specialize(shapes, known);
  }

  /** Says that one session no longer needs the model. */
  @Override
  public void close() {
    onClose.run();
  }
}
