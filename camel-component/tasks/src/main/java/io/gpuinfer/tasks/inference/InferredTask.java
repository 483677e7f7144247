package io.gpuinfer.tasks.inference;

import io.gpuinfer.tasks.TaskType;
import java.util.Arrays;
import java.util.List;

/**
 * What a model is taken for.
 *
 * @param type never {@link TaskType#AUTO}
 * @param reasons what tells so, and what another task would have taken: sentences without a full
 *     stop
 */
public record InferredTask(TaskType type, List<String> reasons) {

  public InferredTask {
    reasons = List.copyOf(reasons);
  }

  static InferredTask of(TaskType type, String... reasons) {
    return new InferredTask(type, Arrays.asList(reasons));
  }

  /** One line for a log: the task, and why. */
  @Override
  public String toString() {
    return type + ": " + String.join("; ", reasons);
  }
}
