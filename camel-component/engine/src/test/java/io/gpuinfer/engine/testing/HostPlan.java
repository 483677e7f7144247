package io.gpuinfer.engine.testing;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.fuse.Fusions;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.operators.Specializer;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.plan.Planner;
import io.gpuinfer.engine.plan.Target;
import io.gpuinfer.engine.program.Program;
import io.gpuinfer.engine.program.Shapes;
import java.util.HashMap;
import java.util.Map;

/**
 * Everything that happens to a model file before a device sees it, so that a file that should be
 * refused cannot do harm when it is not.
 */
public final class HostPlan {

  private HostPlan() {}

  /** The plan for given inputs. */
  public static Plan of(Graph graph, Map<String, Tensor> inputs, DeviceClass kernels) {
    Map<String, int[]> shapes = new HashMap<>();
    inputs.forEach((name, tensor) -> shapes.put(name, Shapes.ints(tensor.shape())));
    Specializer specializer = new Specializer(graph);
    Map<String, Tensor> known = new HashMap<>(inputs);
    known.keySet().retainAll(specializer.shapeInputs());
    return plan(graph, specializer.specialize(shapes, known), kernels);
  }

  /** The plan for open extents of 1. */
  public static Plan of(ModelSource source) {
    Graph graph = OnnxReader.read(source);
    Map<String, int[]> shapes = new HashMap<>();
    for (TensorInfo input : graph.inputs()) {
      shapes.put(
          input.name(),
          input.shape().stream().mapToInt(extent -> (int) Math.max(1, extent)).toArray());
    }
    return plan(graph, new Specializer(graph).specialize(shapes, Map.of()), DeviceClass.SIMD);
  }

  private static Plan plan(Graph graph, Program program, DeviceClass kernels) {
    return new Planner(new Target(kernels, 16, 2, 0), true)
        .plan(Fusions.apply(program), graph.outputs().stream().map(TensorInfo::name).toList());
  }
}
