package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.fuse.Fusions;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.plan.Planner;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Shapes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Plans a model's runs: from the shapes of the inputs to the passes on the device. */
final class ModelPlanner {

  private final String name;
  private final SharedModel model;
  private final boolean fusion;
  private final Planner planner;

  ModelPlanner(String name, SharedModel model, LoadOptions options) {
    this.name = name;
    this.model = model;
    this.fusion = options.fusion();
    this.planner = model.planner(options.memoryReuse());
  }

  /** What lays the programs out. */
  Planner planner() {
    return planner;
  }

  /** What a plan depends on. */
  PlanKey key(Map<String, Tensor> inputs) {
    Map<String, List<Long>> shapes = new HashMap<>();
    Map<String, Tensor> known = new HashMap<>();
    inputs.forEach(
        (input, tensor) -> {
          shapes.put(input, Arrays.stream(tensor.shape()).boxed().toList());
          if (model.shapeInputs().contains(input)) {
            known.put(input, tensor);
          }
        });
    return new PlanKey(shapes, known);
  }

  /** As {@link #plan(Map, PlanKey)}, where the key is not known yet. */
  Plan plan(Map<String, Tensor> inputs) {
    return plan(inputs, key(inputs));
  }

  /**
   * A new plan.
   *
   * @param key of these inputs
   * @throws io.gpuinfer.engine.InvalidInputException when the inputs do not fit the model
   * @throws ModelLoadException when the model makes no sense, or is too large for the device
   */
  Plan plan(Map<String, Tensor> inputs, PlanKey key) {
    Map<String, int[]> extents = new HashMap<>();
    inputs.forEach((input, tensor) -> extents.put(input, Shapes.ints(tensor.shape())));
    Program specialized = model.specialize(extents, key.known());
    try {
      Program fused = fusion ? Fusions.apply(specialized) : specialized;
      return planner.plan(fused, model.graph().outputs().stream().map(TensorInfo::name).toList());
    } catch (GpuInferException e) {
      throw e;
    } catch (OutOfMemoryError e) {
      // One large allocation failed, that of weights: the heap itself is well.
      throw new ModelLoadException("'" + name + "' does not fit the Java heap; raise -Xmx", e);
    } catch (RuntimeException e) { // the file is untrusted, and its nodes need not make sense
      throw new ModelLoadException("'" + name + "' could not be planned: " + e, e);
    }
  }
}
