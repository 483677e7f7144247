package io.gpuinfer.engine;

import java.util.Map;

/**
 * The answer of one run.
 *
 * @param outputs the model's outputs by name
 * @param execution what was executed for it
 */
public record RunResult(Map<String, Tensor> outputs, Execution execution) {}
