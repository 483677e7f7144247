package io.gpuinfer.serving;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.Tensor;
import java.util.Map;

/**
 * The answer to one request.
 *
 * @param outputs the model's outputs by name
 * @param device what ran it
 * @param version version of the model that answered
 * @param batchSize requests that ran together
 * @param queueNanos time from submission to the start of execution
 * @param computeNanos time of execution
 */
public record InferenceResult(
    Map<String, Tensor> outputs,
    DeviceInfo device,
    String version,
    int batchSize,
    long queueNanos,
    long computeNanos) {}
