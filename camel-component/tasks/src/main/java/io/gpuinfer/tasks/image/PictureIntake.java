package io.gpuinfer.tasks.image;

import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Intake;
import io.gpuinfer.tasks.ModelRuns;
import io.gpuinfer.tasks.ModelServers;
import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.TaskCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * Decodes pictures, a few at once: others wait as they came, for a decoded picture holds much
 * memory.
 */
public final class PictureIntake {

  /** The setting of the most pixels of a picture. */
  public static final String MAX_PIXELS = "limits.maxPixels";

  /**
   * For each session, so that the device does not wait while another picture is decoded; and as
   * many as a server takes however slow its device is.
   */
  private static final int PICTURES_AT_ONCE = 2;

  private final Intake intake;
  private final PictureReader reader;

  /**
   * @param settings of which {@value #MAX_PIXELS} is read
   * @param workers decode
   */
  public PictureIntake(ModelServers servers, Settings settings, Executor workers) {
    ModelEntry entry = servers.entry();
    this.reader = new PictureReader(maxPixels(settings));
    this.intake =
        new Intake(
            entry.name(),
            PICTURES_AT_ONCE * servers.sessions(),
            servers.options().queueCapacity(),
            workers,
            System::nanoTime);
  }

  /** What {@value #MAX_PIXELS} is set to. */
  public static long maxPixels(Settings settings) {
    return settings.integer(MAX_PIXELS, (int) PictureReader.DEFAULT_MAX_PIXELS, 1, 1 << 28);
  }

  /**
   * Decodes a picture as soon as there is room. A call whose first picture was let in is not
   * refused for want of room with a later one.
   *
   * @param body as {@link PictureReader#read} takes it
   * @param work what needs the picture; its room is given to another when the stage ends
   * @return completes as that stage does, or exceptionally when there is no picture in the body, or
   *     no room
   */
  public <T> CompletableFuture<T> take(
      Object body,
      TaskCall call,
      ModelRuns runs,
      Function<Picture, ? extends CompletionStage<T>> work) {
    LongFunction<CompletionStage<T>> decoding =
        waited -> {
          runs.waited(waited);
          return work.apply(reader.read(body));
        };
    return runs.begin() ? intake.admit(call, decoding) : intake.admitMore(call, decoding);
  }
}
