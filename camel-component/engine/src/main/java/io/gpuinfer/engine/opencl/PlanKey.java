package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What a plan depends on.
 *
 * @param shapes extents of every input
 * @param known elements of the inputs that shapes depend on
 */
record PlanKey(Map<String, List<Long>> shapes, Map<String, Tensor> known) {}
