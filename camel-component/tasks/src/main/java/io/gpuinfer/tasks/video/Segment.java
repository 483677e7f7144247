package io.gpuinfer.tasks.video;

import java.util.Locale;

/**
 * A part of a clip in which something is to be seen all the time.
 *
 * @param startSeconds time of the first frame that shows it
 * @param endSeconds time of the first frame after that which does not; where there is none, as long
 *     after the last frame as frames are apart on the average: 1 / rate for even ones
 * @param value what is seen: a text, a label
 * @param frames how many of the frames in between show it
 */
public record Segment(double startSeconds, double endSeconds, String value, int frames) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.3f–%.3f s: '%s' (%d frames)", startSeconds, endSeconds, value, frames);
  }
}
