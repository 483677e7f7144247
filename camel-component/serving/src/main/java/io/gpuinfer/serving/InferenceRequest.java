package io.gpuinfer.serving;

import io.gpuinfer.engine.Tensor;
import java.util.Map;

/**
 * One request to a {@link ModelServer}.
 *
 * @param inputs one tensor for each input of the model
 * @param priority place in the queue
 * @param deadlineNanos on the clock of {@link System#nanoTime()}, or {@link Long#MAX_VALUE} for
 *     none; covers queue and execution
 */
public record InferenceRequest(Map<String, Tensor> inputs, Priority priority, long deadlineNanos) {

  public InferenceRequest {
    inputs = Map.copyOf(inputs);
  }

  /** Whether the deadline has passed; differences, because that clock may overflow. */
  public boolean isExpired(long nowNanos) {
    return deadlineNanos != Long.MAX_VALUE && nowNanos - deadlineNanos >= 0;
  }
}
