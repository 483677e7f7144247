package io.gpuinfer.tasks.video;

import io.gpuinfer.tasks.image.Picture;

/**
 * One frame of a clip.
 *
 * @param index its place among the sampled frames, from 0
 * @param seconds when it is shown, from the clip's start, by its time stamp
 * @param keyFrame whether it is stored whole, rather than as what changed since others
 * @param picture what it shows, upright
 */
public record VideoFrame(int index, double seconds, boolean keyFrame, Picture picture) {

  @Override
  public String toString() {
    return "frame %d at %.3f s, %d × %d%s"
        .formatted(
            index, seconds, picture.width(), picture.height(), keyFrame ? ", key frame" : "");
  }
}
