package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;

/**
 * Bounds the work that a second of a clip can take: a file can hold millions of frames for one
 * moment, or with no time at all.
 */
final class PacketRate {

  /** Twice as many as frames: each field of an interlaced frame may come by itself. */
  private static final double HIGHEST = 2 * FrameSelection.EVERY_FRAME;

  /** Frames that come at once, as they do where time stamps are coarse. */
  private static final double BURST_SECONDS = 2;

  private long packets;
  private double first = Double.NaN;
  private double last = Double.NaN;

  /**
   * Counts a packet.
   *
   * @param seconds its time; not a number where it has none
   * @throws InvalidInputException when there are too many for the time they take
   */
  void count(double seconds) {
    packets++;
    if (Double.isNaN(first)) {
      first = seconds;
      last = seconds;
    }
    last = Math.max(last, seconds);
    double length = Double.isNaN(last) ? 0 : last - first;
    if (packets > HIGHEST * (length + BURST_SECONDS)) {
      throw new InvalidInputException(
          "The clip has more than %.0f frames a second".formatted(FrameSelection.EVERY_FRAME));
    }
  }
}
