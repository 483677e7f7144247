package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.TaskType;
import java.util.List;
import java.util.Locale;

/** What can be sent to a model by hand. */
enum Accepted {
  TEXT,
  PICTURE,
  CLIP,
  JSON;

  /** What a model takes; nothing while no version of it is loaded. */
  static List<Accepted> by(ServedModel model) {
    return model.content().map(content -> by(model.task(), content)).orElse(List.of());
  }

  private static List<Accepted> by(TaskType task, Content content) {
    return switch (content) {
      // A query and documents are JSON.
      case TEXT -> task == TaskType.RERANK ? List.of(JSON) : List.of(TEXT);
      case PICTURE -> task == TaskType.IMAGE ? List.of(PICTURE) : List.of(PICTURE, CLIP);
      case NUMBERS, ARRAYS -> List.of(JSON);
    };
  }

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
