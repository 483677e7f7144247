package io.gpuinfer.tasks.classification;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.TensorInfo;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Bodies;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.image.PictureInput;
import io.gpuinfer.tasks.image.PictureIntake;
import io.gpuinfer.tasks.image.Preprocessing;
import io.gpuinfer.tasks.image.Preset;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * A picture in, the likeliest of the classes that a model tells apart out.
 *
 * <p>The body is a picture as {@link io.gpuinfer.tasks.image.PictureReader} takes it, or a list of
 * them; the answer is a list of {@link Classification}, the likeliest first, or a list of such
 * lists in the order of the pictures.
 *
 * <p>Files: {@code model} and, to call the classes by name, {@code labels}. Settings: {@code
 * labels} (in place of the file), {@code topK} (5), {@code activation} (auto), {@code output} (the
 * first), {@code limits.maxPixels} (40 million), and those of {@link Preprocessing}, whose preset
 * is {@code imagenet} if none is named.
 */
public final class ClassificationTask implements Task {

  private final ModelServers servers;
  private final ModelServer server;
  private final String output;
  private final PictureInput input;
  private final Ranking ranking;
  private final PictureIntake pictures;
  private final Calls calls;

  /**
   * Loads the model.
   *
   * @throws ModelLoadException when it takes no pictures, or its labels are not as many as its
   *     classes
   */
  ClassificationTask(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    Settings settings = new Settings(entry, settings().toArray(String[]::new));
    this.servers = servers;
    this.ranking = Ranking.of(entry, settings);
    Preprocessing preprocessing = Preprocessing.of(settings, Preset.IMAGENET);
    this.server = servers.serveBatches(ModelEntry.MODEL, entry.file(ModelEntry.MODEL));
    this.input = PictureInput.of(servers, preprocessing, PictureInput.only(server));
    TensorInfo scores = settings.output(server.describe().outputs());
    this.output = scores.name();
    requireLabels(scores);
    this.pictures = new PictureIntake(servers, settings, workers);
    this.calls = new Calls(entry.name(), workers);
    if (servers.options().warmup()) {
      BufferedImage black = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      calls.await(() -> classify(black, TaskCall.of(Priority.HIGH)));
    }
  }

  /** The settings that it knows. */
  static Stream<String> settings() {
    return Stream.concat(
        Ranking.SETTINGS.stream(),
        Stream.of(Preprocessing.names(Settings.OUTPUT, PictureIntake.MAX_PIXELS)));
  }

  @Override
  public TaskType type() {
    return TaskType.CLASSIFICATION;
  }

  @Override
  public Content content() {
    return Content.PICTURE;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return calls.startHere(() -> classify(body, call));
  }

  @Override
  public List<ModelServer> servers() {
    return servers.all();
  }

  @Override
  public void close() {
    calls.close();
    servers.close();
  }

  private CompletionStage<TaskResult> classify(Object body, TaskCall call) {
    Bodies bodies = Bodies.of(body, "picture to classify");
    ModelRuns runs = new ModelRuns(call);
    return Calls.together(
            bodies.each(), servers.atOnce(server), one -> classifyOne(one, call, runs))
        .thenApply(results -> servers.result(bodies.answer(results), runs.usage(), Map.of()));
  }

  private CompletableFuture<List<Classification>> classifyOne(
      Object body, TaskCall call, ModelRuns runs) {
    return pictures
        .take(body, call, runs, picture -> input.place(picture, runs))
        .thenCompose(placed -> runs.run(server, input.inputs(placed)))
        .thenApply(outputs -> ranking.of(outputs.get(output)));
  }

  /**
   * Where the model says how many classes it has; it is known after the first run at the latest.
   */
  private void requireLabels(TensorInfo scores) {
    long classes = 1;
    for (long extent :
        scores.shape().subList(Math.min(1, scores.shape().size()), scores.shape().size())) {
      classes *= extent;
    }
    if (classes > 1) {
      ranking.labels().requireCount(Math.toIntExact(classes));
    }
  }
}
