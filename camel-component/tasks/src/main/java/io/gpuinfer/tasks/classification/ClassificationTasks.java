package io.gpuinfer.tasks.classification;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.onnx.ModelOutline;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.text.TextModel;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Chooses the task that classifies what a model reads: texts or pictures. */
public final class ClassificationTasks {

  private ClassificationTasks() {}

  /**
   * Loads the model of an entry.
   *
   * @throws ModelLoadException when it classifies neither texts nor pictures
   */
  public static Task of(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    // What none of them knows; each refuses what only the other one does.
    new Settings(
        entry,
        Stream.concat(TextClassificationTask.settings(), ClassificationTask.settings())
            .distinct()
            .toArray(String[]::new));
    return TextModel.reads(ModelOutline.read(entry.file(ModelEntry.MODEL)).inputs())
        ? new TextClassificationTask(servers, workers)
        : new ClassificationTask(servers, workers);
  }
}
