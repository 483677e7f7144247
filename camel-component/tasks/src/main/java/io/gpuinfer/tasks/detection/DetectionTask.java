package io.gpuinfer.tasks.detection;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Calls;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.Intake;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TaskResult;
import io.gpuinfer.tasks.TaskType;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import io.gpuinfer.tasks.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A picture in, the boxes of what a model sees in it out.
 *
 * <p>The body is a picture as {@link PictureReader} takes it, or a list of them; the answer is a
 * {@link DetectionResult}, or with {@code answer: picture} {@link DrawnDetections}, or a list of
 * these in the same order.
 *
 * <p>Files: {@code model} and, to name classes, {@code labels}. Settings: {@code head} (how the
 * outputs are read; they tell it themselves where they can), {@code scoreThreshold}, {@code nms}
 * ({@code greedy}, {@code blend} or {@code none}), {@code iou}, {@code agnostic} (whether boxes of
 * different classes suppress each other), {@code firstClass} (the number of the class that the
 * first label is for), {@code maxDetections} (300), {@code answer} ({@code detections} or {@code
 * picture}), {@code limits.maxPixels} (40 million), and those of {@link Preprocessing}. What they
 * are otherwise depends on the head.
 */
public final class DetectionTask implements Task {

  /** The detail of a result that tells how many boxes all pictures of the request have. */
  public static final String DETECTIONS = "Detections";

  /** Decoded pictures that are held at the same time. */
  private static final int PICTURES_AT_ONCE = 3;

  private enum Answer {
    DETECTIONS,
    PICTURE
  }

  private final ModelServers servers;
  private final Calls calls;
  private final Intake intake;
  private final PictureReader pictures;
  private final Detector detector;
  private final Answer answer;
  private final DrawnDetections.Format format;

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
                "scoreThreshold",
                "nms",
                "iou",
                "agnostic",
                "firstClass",
                "maxDetections",
                "answer",
                "format",
                "limits.maxPixels"));
    this.servers = servers;
    this.answer = settings.choice("answer", Answer.DETECTIONS);
    this.format = settings.choice("format", DrawnDetections.Format.JPEG);
    this.pictures =
        new PictureReader(
            settings.integer(
                "limits.maxPixels", (int) PictureReader.DEFAULT_MAX_PIXELS, 1, 1 << 28));
    this.detector = new Detector(servers, settings);
    this.calls = new Calls(entry.name(), workers);
    this.intake =
        new Intake(
            entry.name(),
            PICTURES_AT_ONCE,
            servers.options().queueCapacity(),
            workers,
            System::nanoTime);
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
    return calls.start(() -> answer(body, call));
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
    List<?> bodies = body instanceof List<?> list ? list : Collections.singletonList(body);
    if (bodies.isEmpty()) {
      throw new InvalidInputException("There is no picture to look at: the list is empty");
    }
    ModelRuns runs = new ModelRuns(call);
    List<Object> values = new ArrayList<>();
    return Calls.inTurn(
            bodies,
            one ->
                (answer == Answer.PICTURE ? drawn(one, call, runs) : detections(one, call, runs)).thenAccept(values::add))
        .thenApply(
            end ->
                servers.result(
                    body instanceof List ? List.copyOf(values) : values.get(0),
                    runs.usage(),
                    Map.of(DETECTIONS, values.stream().mapToInt(DetectionTask::count).sum())));
  }

  private static int count(Object value) {
    DetectionResult result =
        value instanceof DrawnDetections drawn ? drawn.result() : (DetectionResult) value;
    return result.detections().size();
  }

  /** The picture is let go of before the model runs. */
  private CompletableFuture<DetectionResult> detections(Object body, TaskCall call, ModelRuns runs) {
    return intake
        .admit(
            call,
            waited -> {
              runs.waited(waited);
              return detector.place(pictures.read(body), runs);
            })
        .thenCompose(placed -> detector.detect(placed, runs));
  }

  private CompletableFuture<DrawnDetections> drawn(Object body, TaskCall call, ModelRuns runs) {
    return intake.admit(
        call,
        waited -> {
          runs.waited(waited);
          Picture picture = pictures.read(body);
          return detect(picture, runs).thenApply(result -> DrawnDetections.of(picture, result, format));
        });
  }

  private CompletableFuture<DetectionResult> detect(Picture picture, ModelRuns runs) {
    return detector.place(picture, runs).thenCompose(placed -> detector.detect(placed, runs));
  }
}
