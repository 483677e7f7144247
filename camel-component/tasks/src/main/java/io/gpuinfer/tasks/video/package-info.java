/**
 * Clips as a stream of pictures, and what was seen in them as segments of time.
 *
 * <p>The way of a frame: {@code ClipBytes} → {@code Container} (packets) → {@code FrameDecoder}
 * (frames in their time, without the combs of interlacing) → {@link
 * io.gpuinfer.tasks.video.VideoFrames} (those that a {@link io.gpuinfer.tasks.video.FrameSelection}
 * wants, within {@link io.gpuinfer.tasks.video.VideoLimits}) → {@code PictureMaker} (upright, in
 * the wanted size) → {@link io.gpuinfer.tasks.video.LookAhead}.
 */
package io.gpuinfer.tasks.video;
