package io.gpuinfer.engine.testing;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.engine.fuse.Fusions;
import io.gpuinfer.engine.graph.Graph;
import io.gpuinfer.engine.onnx.OnnxReader;
import io.gpuinfer.engine.operators.Specializer;
import io.gpuinfer.engine.plan.Plan;
import io.gpuinfer.engine.plan.Planner;
import io.gpuinfer.engine.plan.Target;
import io.gpuinfer.engine.program.Program;
import java.util.HashMap;
import java.util.Map;

/**
 * Everything that happens to a model file before a device sees it, so that a file that should be
 * refused cannot do harm when it is not.
 */
public final class HostPlan {

  private HostPlan() {}

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
    return new Planner(new Target(DeviceClass.SIMD, 16, 0), true)
        .plan(
            Fusions.apply(program, DeviceClass.SIMD),
            graph.outputs().stream().map(TensorInfo::name).toList());
  }
}
