package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.Tensor;
import java.util.Map;

/**
 * What a model is given in a race.
 *
 * @param shape for the table
 * @param inputs by name
 */
record Workload(String shape, Map<String, Tensor> inputs) {}
