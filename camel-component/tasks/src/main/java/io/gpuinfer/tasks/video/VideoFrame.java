package io.gpuinfer.tasks.video;

import io.gpuinfer.tasks.image.Picture;

/**
 * One frame of a clip.
 *
 * @param index its place among the sampled frames, from 0
 * @param timeMillis when it is shown, from the clip's first frame
 * @param picture what it shows
 */
public record VideoFrame(int index, double timeMillis, Picture picture) {}
