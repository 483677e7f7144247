package io.gpuinfer.serving;

import io.gpuinfer.engine.Tensor;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A request that waits or runs, and the promise of its answer. */
record PendingRequest(
    InferenceRequest request, CompletableFuture<InferenceResult> answer, long submittedNanos) {

  boolean isExpired(long now) {
    return request.isExpired(now);
  }

  boolean isCancelled() {
    return answer.isCancelled();
  }

  Map<String, Tensor> inputs() {
    return request.inputs();
  }
}
