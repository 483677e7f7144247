package io.gpuinfer.samples.requests;

import io.gpuinfer.component.video.VideoFrameSplitter;
import io.gpuinfer.tasks.video.FrameSelection;
import io.gpuinfer.tasks.video.VideoLimits;
import java.time.Duration;
import java.util.Iterator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** The preprocessing of clips: opens one within limits, as a stream of sampled frames. */
public final class ClipPreparation {

  /** How long a request may keep the model busy. */
  private static final int MAX_FRAMES = 300;

  private static final VideoLimits LIMITS =
      new VideoLimits(
          VideoLimits.DEFAULT.maxPixels(),
          MAX_FRAMES,
          VideoLimits.DEFAULT.maxBytes(),
          Duration.ofMinutes(10));

  private ClipPreparation() {}

  /**
   * Opens the clip of a request.
   *
   * @return a message for each frame, with its picture and its time
   * @throws io.gpuinfer.engine.InvalidInputException when it is none, has no video, is over a
   *     limit, or the request asks for an impossible rate
   */
  public static Iterator<Message> prepare(@Body UserRequest request, Exchange exchange) {
    double fps = request.fps() == null ? UserRequest.DEFAULT_FPS : request.fps();
    return new VideoFrameSplitter(FrameSelection.ALL.withRate(fps), LIMITS)
        .split(exchange, request.file());
  }
}
