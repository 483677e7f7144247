package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.time.Duration;

/**
 * Which frames of a clip are wanted.
 *
 * <p>Of each tick of {@code 1 / rate} seconds from {@code start} on, the first frame that is shown
 * at the tick or after it; a frame is given once, however many ticks it lasts.
 *
 * @param rate how many frames of each second, above 0 and at most {@link #EVERY_FRAME}
 * @param keyFrames whether only key frames are decoded, which takes a fraction of the time
 * @param size what the pictures are to fit within; null for the clip's own size
 * @param start where to begin, from the clip's start
 * @param duration how much of the clip to take from there; null for all
 * @param maxFrames after how many frames to end; 0 for no end but the clip's
 */
public record FrameSelection(
    double rate,
    boolean keyFrames,
    FrameSize size,
    Duration start,
    Duration duration,
    int maxFrames) {

  /** The rate of clips that have the most; more is refused. */
  public static final double EVERY_FRAME = 240;

  /** All frames as they are. */
  public static final FrameSelection ALL =
      new FrameSelection(EVERY_FRAME, false, null, Duration.ZERO, null, 0);

  /**
   * @throws InvalidInputException when a value makes no sense
   */
  public FrameSelection {
    if (!(rate > 0 && rate <= EVERY_FRAME)) {
      throw new InvalidInputException(
          "Frames are sampled at more than 0 and at most %.0f a second, not at %s"
              .formatted(EVERY_FRAME, rate));
    }
    if (start.isNegative() || (duration != null && duration.isNegative()) || maxFrames < 0) {
      throw new InvalidInputException(
          "No part of a clip begins at %s, is %s long and has %d frames"
              .formatted(start, duration, maxFrames));
    }
  }

  public FrameSelection withRate(double framesPerSecond) {
    return new FrameSelection(framesPerSecond, keyFrames, size, start, duration, maxFrames);
  }

  public FrameSelection withKeyFrames(boolean only) {
    return new FrameSelection(rate, only, size, start, duration, maxFrames);
  }

  public FrameSelection withSize(FrameSize atMost) {
    return new FrameSelection(rate, keyFrames, atMost, start, duration, maxFrames);
  }

  public FrameSelection withStart(Duration from) {
    return new FrameSelection(rate, keyFrames, size, from, duration, maxFrames);
  }

  public FrameSelection withDuration(Duration length) {
    return new FrameSelection(rate, keyFrames, size, start, length, maxFrames);
  }

  public FrameSelection withMaxFrames(int count) {
    return new FrameSelection(rate, keyFrames, size, start, duration, count);
  }

  double startSeconds() {
    return start.toNanos() / 1e9;
  }

  /** Where the part ends; infinite when it ends with the clip. */
  double endSeconds() {
    return duration == null ? Double.POSITIVE_INFINITY : startSeconds() + duration.toNanos() / 1e9;
  }
}
