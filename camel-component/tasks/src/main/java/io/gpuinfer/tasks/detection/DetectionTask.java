package io.gpuinfer.tasks.detection;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Bodies;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.LabelFile;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureFormat;
import io.gpuinfer.tasks.image.PictureIntake;
import io.gpuinfer.tasks.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A picture in, the boxes of what a model sees in it out.
 *
 * <p>The body is a picture as {@link io.gpuinfer.tasks.image.PictureReader} takes it, or a list of
 * them; the answer is a {@link DetectionResult}, or with {@code answer: picture} {@link
 * DrawnDetections}, or a list of these in the same order.
 *
 * <p>Files: {@code model} and, to name classes, {@code labels}. Settings: {@code head} (how the
 * outputs are read; they tell it themselves where they can), {@code labels} (in place of the file),
 * {@code scoreThreshold}, {@code nms} ({@code greedy}, {@code blend} or {@code none}), {@code iou},
 * {@code agnostic} (whether boxes of different classes suppress each other), {@code firstClass}
 * (the number of the class that the first label is for), {@code maxDetections} (300), {@code
 * answer} ({@code detections} or {@code picture}), {@code format} of that picture ({@code jpeg} or
 * {@code png}), {@code limits.maxPixels} (40 million), and those of {@link Preprocessing}. What
 * they are otherwise depends on the head.
 */
public final class DetectionTask implements Task {

  /** The detail of a result that tells how many boxes all pictures of the request have. */
  public static final String DETECTIONS = "Detections";

  private enum Answer {
    DETECTIONS,
    PICTURE
  }

  private final ModelServers servers;
  private final Calls calls;
  private final PictureIntake pictures;
  private final Detector detector;
  private final Answer answer;
  private final PictureFormat format;

  /**
   * Loads the model.
   *
   * @throws io.gpuinfer.engine.ModelLoadException when it is none that detects, or its labels or
   *     settings do not fit
   */
  public DetectionTask(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    Settings settings =
        new Settings(
            entry,
            Preprocessing.names(
                HeadType.SETTING,
                LabelFile.ROLE,
                "scoreThreshold",
                "nms",
                "iou",
                "agnostic",
                "firstClass",
                "maxDetections",
                "answer",
                "format",
                PictureIntake.MAX_PIXELS));
    this.servers = servers;
    this.answer = settings.choice("answer", Answer.DETECTIONS);
    this.format = settings.choice("format", PictureFormat.JPEG);
    this.pictures = new PictureIntake(servers, settings, workers);
    this.detector = new Detector(servers, settings);
    this.calls = new Calls(entry.name(), workers);
    if (servers.options().warmup()) {
      Picture blank = Picture.of(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB));
      ModelRuns runs = new ModelRuns(TaskCall.of(Priority.HIGH));
      calls.await(() -> detect(blank, runs));
    }
  }

  @Override
  public TaskType type() {
    return TaskType.DETECTION;
  }

  @Override
  public Content content() {
    return Content.PICTURE;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return calls.startHere(() -> answer(body, call));
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

  private CompletionStage<TaskResult> answer(Object body, TaskCall call) {
    Bodies bodies = Bodies.of(body, "picture to look at");
    ModelRuns runs = new ModelRuns(call);
    return Calls.together(bodies.each(), detector.atOnce(), one -> answerOne(one, call, runs))
        .thenApply(
            answers -> servers.result(bodies.answer(answers), runs.usage(), details(answers)));
  }

  private static Map<String, Object> details(List<Object> answers) {
    int count = answers.stream().mapToInt(DetectionTask::count).sum();
    return answers.get(0) instanceof DrawnDetections drawn
        ? Map.of(DETECTIONS, count, PictureFormat.MEDIA_TYPE, drawn.mediaType())
        : Map.of(DETECTIONS, count);
  }

  private CompletableFuture<Object> answerOne(Object body, TaskCall call, ModelRuns runs) {
    return switch (answer) {
      case DETECTIONS -> detections(body, call, runs).thenApply(Object.class::cast);
      case PICTURE -> drawn(body, call, runs).thenApply(Object.class::cast);
    };
  }

  private static int count(Object value) {
    DetectionResult result =
        value instanceof DrawnDetections drawn ? drawn.result() : (DetectionResult) value;
    return result.detections().size();
  }

  /** The picture is let go of before the model runs. */
  private CompletableFuture<DetectionResult> detections(
      Object body, TaskCall call, ModelRuns runs) {
    return pictures
        .take(body, call, runs, picture -> detector.place(picture, runs))
        .thenCompose(placed -> detector.detect(placed, runs));
  }

  private CompletableFuture<DrawnDetections> drawn(Object body, TaskCall call, ModelRuns runs) {
    return pictures.take(
        body,
        call,
        runs,
        picture ->
            detect(picture, runs).thenApply(result -> DrawnDetections.of(picture, result, format)));
  }

  private CompletableFuture<DetectionResult> detect(Picture picture, ModelRuns runs) {
    return detector.place(picture, runs).thenCompose(placed -> detector.detect(placed, runs));
  }
}
