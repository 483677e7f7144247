package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.time.Duration;

/**
 * What a clip may ask for at most; what is over a limit is refused with {@link
 * InvalidInputException}.
 *
 * @param maxPixels pixels of a frame, before it is made smaller
 * @param maxFrames frames that are sampled
 * @param maxBytes length of the clip's file
 * @param maxDuration length of the part of the clip that is asked for
 */
public record VideoLimits(long maxPixels, int maxFrames, long maxBytes, Duration maxDuration) {

  /** Frames up to 4096 × 2304, ten thousand of them, from a gibibyte and an hour. */
  public static final VideoLimits DEFAULT =
      new VideoLimits(4096L * 2304, 10_000, 1L << 30, Duration.ofHours(1));

  /**
   * What decoders are told, so that they do not even begin with what is far over the limit. They
   * count the margins that they work with, too.
   */
  long decoderPixels() {
    return 4 * maxPixels + (1 << 16);
  }

  void checkPixels(int width, int height) {
    if ((long) width * height > maxPixels) {
      throw new InvalidInputException(
          "The clip's frames have %d × %d pixels, over the limit of %d"
              .formatted(width, height, maxPixels));
    }
  }

  void checkFrames(int sampled) {
    if (sampled > maxFrames) {
      throw new InvalidInputException(
          "More than %d frames: ask for fewer a second, or send the clip in parts"
              .formatted(maxFrames));
    }
  }

  void checkBytes(long bytes) {
    if (bytes > maxBytes) {
      throw tooManyBytes(maxBytes);
    }
  }

  /** Checks the length of what is asked for; a not-a-number is no length, and passes. */
  void checkSeconds(double seconds) {
    if (seconds > maxDuration.toMillis() / 1000.0) {
      throw new InvalidInputException(
          "The clip is %.0f s long, over the limit of %d s"
              .formatted(seconds, maxDuration.toSeconds()));
    }
  }

  static InvalidInputException tooManyBytes(long maxBytes) {
    return new InvalidInputException(
        maxBytes >= 1 << 20
            ? "The clip is over the limit of %d MiB".formatted(maxBytes >> 20)
            : "The clip is over the limit of %d bytes".formatted(maxBytes));
  }
}
