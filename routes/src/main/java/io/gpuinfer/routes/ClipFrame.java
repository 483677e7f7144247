package io.gpuinfer.routes;

import io.gpuinfer.tasks.image.Picture;

/**
 * One frame of a clip.
 *
 * @param millis when it is shown, counted from the start of the clip
 * @param picture what it shows
 */
public record ClipFrame(double millis, Picture picture) {}
