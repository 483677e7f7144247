package io.gpuinfer.serving;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.Tensor;
import java.util.Map;

/**
 * The answer to one request.
 *
 * @param outputs the model's outputs by name
 * @param version version of the model that answered
 * @param batchSize requests that ran together; where the request was cut into several runs, the
 *     most that one of these had
 * @param queueNanos time from submission to the start of execution
 * @param computeNanos time of execution, transfers included
 * @param execution what was executed, by the run that the request shared with others; of several
 *     runs, their sum
 */
public record InferenceResult(
    Map<String, Tensor> outputs,
    String version,
    int batchSize,
    long queueNanos,
    long computeNanos,
    Execution execution) {

  /** What ran it. */
  public DeviceInfo device() {
    return execution.device();
  }
}
