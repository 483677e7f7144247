package io.gpuinfer.tasks;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.InferenceRequest;
import io.gpuinfer.serving.InferenceResult;
import io.gpuinfer.serving.ModelServer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Runs the models of one call within its bounds, and adds up what that takes. */
public final class ModelRuns {

  private final TaskCall call;
  private Usage usage = Usage.NOTHING;

  public ModelRuns(TaskCall call) {
    this.call = call;
  }

  /**
   * Has a model run.
   *
   * @param inputs one tensor for each input of the model
   * @return the model's outputs by name
   */
  public CompletableFuture<Map<String, Tensor>> run(
      ModelServer server, Map<String, Tensor> inputs) {
    return server
        .submit(new InferenceRequest(inputs, call.priority(), call.deadlineNanos()))
        .thenApply(this::count);
  }

  /** The bounds of the call. */
  public TaskCall call() {
    return call;
  }

  /** Counts time waited where no server counted it. */
  public synchronized void waited(long nanos) {
    usage = usage.waited(nanos);
  }

  public synchronized Usage usage() {
    return usage;
  }

  private synchronized Map<String, Tensor> count(InferenceResult run) {
    usage =
        usage.plus(
            new Usage(run.batchSize(), run.queueNanos(), run.computeNanos(), run.execution()));
    return run.outputs();
  }
}
