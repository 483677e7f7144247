package io.gpuinfer.routes;

import io.gpuinfer.tasks.video.VideoFrames;
import io.gpuinfer.tasks.video.VideoLimits;
import java.time.Duration;
import org.apache.camel.Body;

/** The preprocessing of clips: opens one within limits, as a stream of sampled frames. */
public final class ClipPreparation {

  /** Frames are read one by one, so their number bounds how long a request takes. */
  private static final VideoLimits LIMITS =
      new VideoLimits(VideoLimits.DEFAULT.maxPixels(), 300, Duration.ofMinutes(10));

  private ClipPreparation() {}

  /**
   * Opens the clip of a request.
   *
   * @throws io.gpuinfer.engine.InvalidInputException when it is none, has no video, is over a
   *     limit, or the request asks for an impossible rate
   */
  public static VideoFrames prepare(@Body UserRequest request) {
    double fps = request.fps() == null ? UserRequest.DEFAULT_FPS : request.fps();
    return VideoFrames.open(request.file(), fps, LIMITS);
  }
}
