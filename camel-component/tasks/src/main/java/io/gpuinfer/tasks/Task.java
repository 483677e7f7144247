package io.gpuinfer.tasks;

import io.gpuinfer.serving.ModelServer;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Turns a body into tensors, has one or more models run on them, and turns tensors into an answer.
 */
public interface Task extends AutoCloseable {

  /** What it is; never {@link TaskType#AUTO}. */
  TaskType type();

  /** What it takes. */
  Content content();

  /**
   * Performs the task once. Returns as soon as the body is encoded, or at once where that takes
   * long and is left to a worker. The stage completes on a thread for answers or on a worker, never
   * on the device's thread; one that is refused is complete already.
   *
   * @param body text, a picture, tensors, or a {@code java.util.List} of them, as the task
   *     documents
   * @return completes with the answer, or exceptionally with a {@code GpuInferException}
   */
  CompletionStage<TaskResult> submit(Object body, TaskCall call);

  /** The servers of the task's models: their states, counts and devices. */
  List<ModelServer> servers();

  @Override
  void close();
}
