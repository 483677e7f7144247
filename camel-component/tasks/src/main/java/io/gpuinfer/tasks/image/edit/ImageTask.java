package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Priority;
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
import io.gpuinfer.tasks.image.PictureFormat;
import io.gpuinfer.tasks.image.PictureIntake;
import io.gpuinfer.tasks.image.PictureReader;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * A picture in, what steps make of it out, without a model.
 *
 * <p>The body is a picture as {@link PictureReader} takes it, or a list of them. The answer is a
 * file as {@code byte[]}, a {@link Picture} or a {@link Tensor}, or a list of these in the same
 * order.
 *
 * <p>Settings: {@code steps} (none), {@code format} (jpeg, or tensor where the last step is {@code
 * normalize}), {@code quality} of JPEG (0.9), {@code limits.maxPixels} (40 million), of the picture
 * and of what each step makes of it.
 */
public final class ImageTask implements Task {

  /** Details of a result: the size of the only or last picture. */
  public static final String WIDTH = "Width";

  public static final String HEIGHT = "Height";

  private static final String STEPS = "steps";
  private static final int MOST_STEPS = 32;

  private final ModelServers servers;
  private final ModelServer server;
  private final Steps steps;
  private final Format format;
  private final double quality;
  private final long maxPixels;
  private final PictureIntake pictures;
  private final Calls calls;

  /**
   * Gets the steps ready.
   *
   * @throws ModelLoadException when a setting makes no sense
   */
  public ImageTask(ModelServers servers, Executor workers) {
    Settings settings =
        new Settings(servers.entry(), STEPS, "format", "quality", PictureIntake.MAX_PIXELS);
    this.servers = servers;
    List<Step> parsed = steps(settings);
    boolean normalized = !parsed.isEmpty() && isLast(parsed.get(parsed.size() - 1));
    this.format = settings.choice("format", normalized ? Format.TENSOR : Format.JPEG);
    if (normalized && format != Format.TENSOR) {
      throw settings.wrong("format", "tensor, as the last step is normalize");
    }
    this.quality = settings.number("quality", 0.9, 0, 1);
    this.maxPixels = PictureIntake.maxPixels(settings);
    this.steps = new Steps(parsed, format != Format.TENSOR);
    this.server = servers.serve(STEPS, steps.graph());
    this.pictures = new PictureIntake(servers, settings, workers);
    this.calls = new Calls(servers.entry().name(), workers);
    if (servers.options().warmup()) {
      warmUp();
    }
  }

  @Override
  public TaskType type() {
    return TaskType.IMAGE;
  }

  @Override
  public Content content() {
    return Content.PICTURE;
  }

  @Override
  public CompletionStage<TaskResult> submit(Object body, TaskCall call) {
    return calls.startHere(() -> edit(body, call));
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

  private static List<Step> steps(Settings settings) {
    List<String> texts = settings.texts(STEPS);
    if (texts.size() > MOST_STEPS) {
      throw settings.wrong(STEPS, "at most " + MOST_STEPS + " steps");
    }
    List<Step> steps = new ArrayList<>();
    for (String text : texts) {
      if (!steps.isEmpty() && isLast(steps.get(steps.size() - 1))) {
        throw settings.wrong(STEPS, "steps of which normalize is the last");
      }
      steps.add(
          StepGrammar.read(text)
              .orElseThrow(
                  () ->
                      settings.wrong(
                          STEPS,
                          "steps that are each " + StepGrammar.FORMS + ", not '" + text + "'")));
    }
    return List.copyOf(steps);
  }

  private static boolean isLast(Step step) {
    return step instanceof NormalizeStep;
  }

  private CompletionStage<TaskResult> edit(Object body, TaskCall call) {
    Bodies bodies = Bodies.of(body, "picture to edit");
    ModelRuns runs = new ModelRuns(call);
    List<Object> values = new ArrayList<>();
    Map<String, Object> details = new HashMap<>();
    format.file().ifPresent(file -> details.put(PictureFormat.MEDIA_TYPE, file.mediaType()));
    return Calls.inTurn(
            bodies.each(),
            one ->
                pictures
                    .take(one, call, runs, picture -> run(picture, runs))
                    .thenAccept(
                        result -> {
                          details.put(HEIGHT, (int) result.dim(2));
                          details.put(WIDTH, (int) result.dim(3));
                          values.add(valueOf(result));
                        }))
        .thenApply(end -> servers.result(bodies.answer(values), runs.usage(), details));
  }

  private CompletableFuture<Tensor> run(Picture picture, ModelRuns runs) {
    return runs.run(server, steps.inputs(picture, maxPixels))
        .thenApply(outputs -> outputs.get(Steps.RESULT));
  }

  private Object valueOf(Tensor result) {
    if (format == Format.TENSOR) {
      return result;
    }
    Picture picture = Picture.ofPacked(result);
    return format.file().<Object>map(file -> file.file(picture, quality)).orElse(picture);
  }

  /** One picture, of a common size; steps that would refuse it are warm by then. */
  private void warmUp() {
    BufferedImage gray = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
    try {
      calls.await(() -> edit(gray, TaskCall.of(Priority.HIGH)));
    } catch (InvalidInputException e) {
      // A crop of a place that only larger pictures have: what comes first will be as quick.
    }
  }
}
