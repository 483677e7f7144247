package io.gpuinfer.tasks;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.serving.ServerState;
import java.util.Map;

/**
 * The answer to one call.
 *
 * @param value what the task documents: a {@code float[]} for an embedded text, an {@code
 *     OcrResult} for a picture, a {@code Map<String, Tensor>} or {@code Tensor} for tensors, and a
 *     {@code java.util.List} of these for a list
 * @param modelVersion version of the model that answered
 * @param batchSize requests that ran together
 * @param queueNanos time waited for the device, over all models of the task
 * @param computeNanos time on the device, transfers included, over all models of the task
 * @param execution what was executed, over all models of the task; runs that were shared with other
 *     calls count whole
 * @param state state of the server after the call
 * @param details what else is worth telling of the call, by name, such as {@code Truncated}
 */
public record TaskResult(
    Object value,
    String modelVersion,
    int batchSize,
    long queueNanos,
    long computeNanos,
    Execution execution,
    ServerState state,
    Map<String, Object> details) {

  public TaskResult {
    details = Map.copyOf(details);
  }

  /** What ran the models. */
  public DeviceInfo device() {
    return execution.device();
  }
}
