package io.gpuinfer.tasks.ocr;

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
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureIntake;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A picture in, its lines of text out.
 *
 * <p>The body is a picture as {@link io.gpuinfer.tasks.image.PictureReader} takes it, or a list of
 * them; the answer is an {@link OcrResult}, its text or its JSON, or a list of these in the same
 * order.
 *
 * <p>Files: {@code detection}, {@code recognition}, {@code keys} (the recogniser's characters, one
 * a line) and, to read lines that stand on their head, {@code direction}. Settings: {@code
 * limitSide} (960), {@code binarize} (0.3), {@code boxThreshold} (0.5), {@code unclip} (2), {@code
 * turnScore} (0.9), {@code minScore} (0.5), {@code answer} ({@code result}, {@code text} or {@code
 * json}), {@code limits.maxPixels} (40 million).
 */
public final class OcrTask implements Task {

  /** The files, by what they are for; the models' servers are called likewise. */
  public static final String DETECTION = "detection";

  public static final String RECOGNITION = "recognition";
  public static final String DIRECTION = "direction";
  public static final String KEYS = "keys";

  /** Columns sampled in one run: 24 MiB of grid. */
  private static final int LONGEST_STRIP = 1 << 16;

  private final ModelServers servers;
  private final Calls calls;
  private final PictureIntake pictures;
  private final TextDetector detector;
  private final LineSampler sampler;
  private final DirectionClassifier direction;
  private final LineReader reader;
  private final double minScore;
  private final OcrAnswer answer;

  /** Loads the models. */
  public OcrTask(ModelServers servers, Executor workers) {
    ModelEntry entry = servers.entry();
    Settings known = new Settings(entry, OcrSettings.names());
    OcrSettings settings = OcrSettings.of(known);
    this.servers = servers;
    this.minScore = settings.minScore();
    this.answer = settings.answer();
    this.detector = new TextDetector(servers, entry.file(DETECTION), settings);
    this.sampler = new LineSampler(servers);
    this.direction =
        entry.files().containsKey(DIRECTION)
            ? new DirectionClassifier(servers, entry.file(DIRECTION), settings)
            : null;
    this.reader = new LineReader(servers, entry.file(RECOGNITION), entry.file(KEYS));
    this.calls = new Calls(entry.name(), workers);
    this.pictures = new PictureIntake(servers, known, workers);
    if (servers.options().warmup()) {
      warmUp();
    }
  }

  @Override
  public TaskType type() {
    return TaskType.OCR;
  }

  @Override
  public Content content() {
    return Content.PICTURE;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return calls.startHere(() -> read(body, call));
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

  private CompletionStage<TaskResult> read(Object body, TaskCall call) {
    Bodies bodies = Bodies.of(body, "picture to read");
    ModelRuns runs = new ModelRuns(call);
    List<Object> results = new ArrayList<>();
    return Calls.inTurn(
            bodies.each(),
            one ->
                pictures
                    .take(one, call, runs, picture -> read(picture, runs))
                    .thenAccept(read -> results.add(answer.of(read))))
        .thenApply(end -> servers.result(bodies.answer(results), runs.usage(), Map.of()));
  }

  private CompletableFuture<OcrResult> read(Picture original, ModelRuns runs) {
    Picture picture = original.shrunkTo(Picture.MOST_DEVICE_PIXELS);
    double scaleX = (double) original.width() / picture.width();
    double scaleY = (double) original.height() / picture.height();
    return detector
        .find(picture, runs)
        .thenCompose(boxes -> read(picture, boxes, runs))
        .thenApply(lines -> result(lines, scaleX, scaleY));
  }

  private OcrResult result(List<TextLine> all, double scaleX, double scaleY) {
    List<TextLine> lines =
        all.stream().filter(line -> !line.isBlank() && line.score() >= minScore).toList();
    PageLayout layout = PageLayout.of(lines.stream().map(TextLine::box).toList());
    return new OcrResult(
        layout.angle(),
        layout.places().stream()
            .map(place -> lines.get(place.index()).answer(place.paragraph(), scaleX, scaleY))
            .toList());
  }

  /** The lines of boxes, in the order of the boxes. */
  private CompletableFuture<List<TextLine>> read(
      Picture picture, List<Quad> boxes, ModelRuns runs) {
    List<TextLine> all = new ArrayList<>();
    CompletableFuture<Void> end = CompletableFuture.completedFuture(null);
    int next = 0;
    while (next < boxes.size()) {
      Strip strip = new Strip();
      List<TextLine> lines = new ArrayList<>();
      while (next < boxes.size() && (lines.isEmpty() || strip.columns() < LONGEST_STRIP)) {
        lines.add(
            new TextLine(
                boxes.get(next++), strip, direction == null ? 0 : DirectionClassifier.WIDTH));
      }
      all.addAll(lines);
      end = end.thenCompose(before -> read(picture, strip, lines, runs));
    }
    return end.thenApply(done -> all);
  }

  private CompletableFuture<Void> read(
      Picture picture, Strip strip, List<TextLine> lines, ModelRuns runs) {
    return sampler
        .sample(picture, strip, runs)
        .thenCompose(
            pixels ->
                (direction == null
                        ? CompletableFuture.<Void>completedFuture(null)
                        : direction.mark(lines, pixels, runs))
                    .thenCompose(marked -> reader.read(lines, pixels, runs)));
  }

  /** Reads a blank page as if it held a line: every model runs once. */
  private void warmUp() {
    ModelRuns runs = new ModelRuns(TaskCall.of(Priority.HIGH));
    Picture page = Picture.of(new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB));
    Quad line =
        Quad.of(List.of(new Point(0, 0), new Point(320, 0), new Point(320, 48), new Point(0, 48)));
    calls.await(
        () -> detector.find(page, runs).thenCompose(none -> read(page, List.of(line), runs)));
  }
}
