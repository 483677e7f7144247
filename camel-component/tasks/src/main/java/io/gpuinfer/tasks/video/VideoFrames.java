package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.image.Picture;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;

/**
 * The frames of a clip, sampled at a rate. Each is decoded when it is asked for, so that two are in
 * memory at a time, however long the clip is. Not thread-safe.
 */
public final class VideoFrames implements Iterator<VideoFrame>, Closeable {

  private static final double HIGHEST_RATE = 240;

  /**
   * Containers, and no playlists: those have FFmpeg open whatever files and addresses they name.
   */
  private static final String CONTAINERS = "mov,matroska,avi,mpegts,mpeg,flv,ogg,asf";

  /** Time stamps are cut to whole microseconds, and to the container's own units before that. */
  private static final double TOLERANCE_MICROS = 1000;

  static {
    // What is wrong with a clip is told to its sender; FFmpeg would tell standard error as well.
    avutil.av_log_set_level(avutil.AV_LOG_FATAL);
  }

  private final FFmpegFrameGrabber grabber;
  private final ClipStream stream;
  private final double rate;
  private final VideoLimits limits;
  private long firstMicros;
  private double dueMicros;
  private int sampled;
  private VideoFrame next;

  private VideoFrames(ClipStream stream, double rate, VideoLimits limits) {
    this.stream = stream;
    this.rate = rate;
    this.limits = limits;
    this.grabber = new FFmpegFrameGrabber(stream);
  }

  /**
   * Opens a clip.
   *
   * @param clip the bytes of the file
   * @param framesPerSecond how many frames of each second to sample; never more than it has
   * @throws InvalidInputException when it is no clip, has no video, or is over a limit
   */
  public static VideoFrames open(byte[] clip, double framesPerSecond, VideoLimits limits) {
    return open(ClipStream.of(clip), framesPerSecond, limits);
  }

  /**
   * Opens a clip in a file.
   *
   * @see #open(byte[], double, VideoLimits)
   */
  public static VideoFrames open(Path clip, double framesPerSecond, VideoLimits limits) {
    try {
      return open(ClipStream.of(clip), framesPerSecond, limits);
    } catch (IOException e) {
      throw new InvalidInputException("The clip cannot be read: " + e, e);
    }
  }

  /**
   * Opens a clip that comes as a stream, which is read to its end and not closed. It is kept in a
   * temporary file until the frames are closed.
   *
   * @see #open(byte[], double, VideoLimits)
   */
  public static VideoFrames open(InputStream clip, double framesPerSecond, VideoLimits limits) {
    try {
      return open(ClipStream.of(clip), framesPerSecond, limits);
    } catch (IOException e) {
      throw new InvalidInputException("The clip cannot be read: " + e, e);
    }
  }

  private static VideoFrames open(ClipStream stream, double rate, VideoLimits limits) {
    VideoFrames frames = new VideoFrames(stream, rate, limits);
    try {
      frames.start();
      return frames;
    } catch (RuntimeException e) {
      frames.close();
      throw e;
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  /**
   * The next frame.
   *
   * @throws InvalidInputException when the clip turns out to be over a limit or damaged
   */
  @Override
  public VideoFrame next() {
    VideoFrame current = next;
    if (current == null) {
      throw new NoSuchElementException("The clip has no more frames");
    }
    next = advance();
    return current;
  }

  /** Gives back the decoder's memory and the temporary file. */
  @Override
  public void close() {
    try (stream) {
      grabber.close();
    } catch (IOException e) {
      throw new IllegalStateException("A clip could not be closed", e);
    }
  }

  private void start() {
    if (!(rate > 0 && rate <= HIGHEST_RATE)) {
      throw new InvalidInputException(
          "Frames are sampled at more than 0 and at most %.0f a second, not at %s"
              .formatted(HIGHEST_RATE, rate));
    }
    grabber.setOption("format_whitelist", CONTAINERS);
    // All there is to read comes through the stream: no container may open anything else.
    grabber.setOption("protocol_whitelist", "none");
    grabber.setVideoOption("max_pixels", String.valueOf(limits.maxPixels()));
    try {
      grabber.start();
    } catch (FrameGrabber.Exception e) {
      checkDeclaredPixels();
      throw new InvalidInputException("The clip is none, or is damaged: " + reason(e), e);
    }
    if (!grabber.hasVideo()) {
      throw new InvalidInputException("The clip has no video");
    }
    checkLength(grabber.getLengthInTime());
    next = advance();
    if (next == null) {
      throw new InvalidInputException(
          "The clip has no frame that can be decoded within %d pixels"
              .formatted(limits.maxPixels()));
    }
  }

  /** Decodes up to the next frame that is due; null at the end of the clip. */
  private VideoFrame advance() {
    try {
      Frame frame = grabber.grabImage();
      if (frame != null && sampled == 0) {
        firstMicros = grabber.getTimestamp();
      }
      while (frame != null && shownAt() + TOLERANCE_MICROS < dueMicros) {
        frame = grabber.grabImage();
      }
      return frame == null ? null : sample(frame);
    } catch (FrameGrabber.Exception e) {
      throw new InvalidInputException("The clip is damaged: " + reason(e), e);
    }
  }

  private VideoFrame sample(Frame frame) {
    double micros = shownAt();
    // What a file says of its length and size may be wrong, or nothing at all.
    checkLength((long) micros);
    checkPixels(frame.imageWidth, frame.imageHeight);
    if (sampled == limits.maxFrames()) {
      throw new InvalidInputException(
          "More than %d frames: ask for fewer a second, or send the clip in parts"
              .formatted(limits.maxFrames()));
    }
    double interval = 1e6 / rate;
    dueMicros = (Math.floor((micros + TOLERANCE_MICROS) / interval) + 1) * interval;
    Picture picture =
        Picture.ofBgr(
            frame.imageWidth, frame.imageHeight, (ByteBuffer) frame.image[0], frame.imageStride);
    return new VideoFrame(sampled++, micros / 1000, picture);
  }

  private long shownAt() {
    return grabber.getTimestamp() - firstMicros;
  }

  private void checkLength(long micros) {
    Duration length = Duration.ofNanos(1000 * micros);
    if (length.compareTo(limits.maxDuration()) > 0) {
      throw new InvalidInputException(
          "The clip is %d s long, over the limit of %d s"
              .formatted(length.toSeconds(), limits.maxDuration().toSeconds()));
    }
  }

  /** A decoder that is told to refuse large frames does so without saying why. */
  private void checkDeclaredPixels() {
    AVFormatContext container = grabber.getFormatContext();
    if (container == null || container.isNull()) {
      return;
    }
    for (int i = 0; i < container.nb_streams(); i++) {
      AVCodecParameters declared = container.streams(i).codecpar();
      checkPixels(declared.width(), declared.height());
    }
  }

  /** Without the advice for programmers at the end. */
  private static String reason(FrameGrabber.Exception e) {
    return e.getMessage().replaceFirst(" \\(For more details.*", "");
  }

  private void checkPixels(int width, int height) {
    if ((long) width * height > limits.maxPixels()) {
      throw new InvalidInputException(
          "The clip's frames have %d × %d pixels, over the limit of %d"
              .formatted(width, height, limits.maxPixels()));
    }
  }
}
