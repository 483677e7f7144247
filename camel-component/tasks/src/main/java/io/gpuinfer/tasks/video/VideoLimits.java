package io.gpuinfer.tasks.video;

import java.time.Duration;

/**
 * What a clip may ask for at most.
 *
 * @param maxPixels pixels of a frame
 * @param maxFrames frames that are sampled
 * @param maxDuration length of the clip
 */
public record VideoLimits(long maxPixels, int maxFrames, Duration maxDuration) {

  /** Frames up to 4096 × 2304, a thousand of them, from ten minutes. */
  public static final VideoLimits DEFAULT =
      new VideoLimits(4096L * 2304, 1000, Duration.ofMinutes(10));
}
