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
import io.gpuinfer.engine.plan.WeightStore;
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
    return plan(graph, program(graph, inputs), target(kernels));
  }

  /** A device of two cores. */
  public static Target target(DeviceClass kernels) {
    return new Target(kernels, 16, 2, Target.JAVA_ARRAY_SKEW);
  }

  /** The program for given inputs, with everything put together that can be. */
  public static Program program(Graph graph, Map<String, Tensor> inputs) {
    Map<String, int[]> shapes = new HashMap<>();
    inputs.forEach((name, tensor) -> shapes.put(name, Shapes.ints(tensor.shape())));
    Specializer specializer = new Specializer(graph);
    Map<String, Tensor> known = new HashMap<>(inputs);
    known.keySet().retainAll(specializer.shapeInputs());
    return Fusions.apply(specializer.specialize(shapes, known));
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
    Program program = new Specializer(graph).specialize(shapes, Map.of());
    return plan(graph, Fusions.apply(program), target(DeviceClass.SIMD));
  }

  /** The plan of a program that was made of the graph. */
  public static Plan plan(Graph graph, Program program, Target target) {
    return new Planner(target, true, new WeightStore(target))
        .plan(program, graph.outputs().stream().map(TensorInfo::name).toList());
  }
}
