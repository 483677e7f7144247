package io.gpuinfer.component;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A task whose end is told. */
final class ObservedTask implements Task {

  private final Task task;
  private final Runnable onClosed;

  ObservedTask(Task task, Runnable onClosed) {
    this.task = task;
    this.onClosed = onClosed;
  }

  @Override
  public TaskType type() {
    return task.type();
  }

  @Override
  public Content content() {
    return task.content();
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return task.submit(body, call);
  }

  @Override
  public List<ModelServer> servers() {
    return task.servers();
  }

  @Override
  public void close() {
    try {
      task.close();
    } finally {
      onClosed.run();
    }
  }
}
