package io.gpuinfer.routes;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.image.Picture;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.camel.Body;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.javacv.Java2DFrameConverter;

/**
 * The frames of a clip, sampled at the rate that the request asks for. A frame is decoded when the
 * one before it is taken, so that two are in memory at most, however long the clip is.
 */
public final class ClipFrames implements Iterator<ClipFrame>, Closeable {

  private static final double HIGHEST_FPS = 30;
  private static final int MOST_FRAMES = 300;
  private static final long MOST_PIXELS = 4096L * 2304;

  /**
   * Containers, and no playlists: those make FFmpeg open whatever files and addresses they name.
   */
  private static final String FORMATS = "mov,matroska,avi,mpegts,mpeg,flv,ogg,asf";

  static {
    // What is wrong with a clip is told to who sent it; FFmpeg would tell standard error too.
    avutil.av_log_set_level(avutil.AV_LOG_FATAL);
  }

  private final FFmpegFrameGrabber grabber;
  private final Java2DFrameConverter converter = new Java2DFrameConverter();
  private final double microsBetween;
  private double nextMicros;
  private int count;
  private ClipFrame next;

  private ClipFrames(FFmpegFrameGrabber grabber, double fps) {
    this.grabber = grabber;
    this.microsBetween = 1e6 / fps;
  }

  /**
   * Opens the clip of a request.
   *
   * @throws InvalidInputException when it is none, has no video, is over a limit, or the request
   *     asks for an impossible rate
   */
  public static ClipFrames open(@Body UserRequest request) {
    double fps = request.fps() == null ? UserRequest.DEFAULT_FPS : request.fps();
    if (!(fps > 0 && fps <= HIGHEST_FPS)) {
      throw new InvalidInputException(
          "'fps' must be above 0 and at most %.0f, but is %s".formatted(HIGHEST_FPS, fps));
    }
    FFmpegFrameGrabber grabber = new FFmpegFrameGrabber(new ByteArrayInputStream(request.file()));
    ClipFrames frames = new ClipFrames(grabber, fps);
    try {
      frames.start(fps);
      return frames;
    } catch (RuntimeException e) {
      frames.close();
      throw e;
    }
  }

  private void start(double fps) {
    grabber.setOption("format_whitelist", FORMATS);
    grabber.setVideoOption("max_pixels", String.valueOf(MOST_PIXELS));
    try {
      grabber.start();
    } catch (FrameGrabber.Exception e) {
      throw new InvalidInputException(
          "The clip cannot be read: it is none, damaged, or not in MP4, MOV, Matroska, WebM, AVI,"
              + " MPEG, FLV, Ogg or ASF",
          e);
    }
    if (!grabber.hasVideo()) {
      throw new InvalidInputException("The clip has no video");
    }
    long pixels = (long) grabber.getImageWidth() * grabber.getImageHeight();
    if (pixels > MOST_PIXELS) {
      throw new InvalidInputException(
          "The clip's frames have %d pixels, over the limit of %d".formatted(pixels, MOST_PIXELS));
    }
    double seconds = grabber.getLengthInTime() / 1e6;
    if (seconds * fps > MOST_FRAMES) {
      throw tooMany();
    }
    advance();
    if (next == null) {
      throw new InvalidInputException("The clip has no frame that can be decoded");
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public ClipFrame next() {
    ClipFrame current = next;
    if (current == null) {
      throw new NoSuchElementException();
    }
    advance();
    return current;
  }

  /** Finds the next frame that is due; there is none at the end of the clip. */
  private void advance() {
    try {
      Frame frame = grabber.grabImage();
      while (frame != null && grabber.getTimestamp() < nextMicros) {
        frame = grabber.grabImage();
      }
      if (frame == null) {
        next = null;
        return;
      }
      // What a file says of its length may be wrong.
      if (++count > MOST_FRAMES) {
        throw tooMany();
      }
      double micros = grabber.getTimestamp();
      nextMicros = Math.max(nextMicros + microsBetween, micros);
      // The converter draws every frame into the same image; the picture is a copy of it.
      next = new ClipFrame(micros / 1000, Picture.of(converter.convert(frame)));
    } catch (FrameGrabber.Exception e) {
      throw new InvalidInputException("The clip is damaged: " + e.getMessage(), e);
    }
  }

  private static InvalidInputException tooMany() {
    return new InvalidInputException(
        "At most %d frames of a clip are read: ask for a lower 'fps', or send it in parts"
            .formatted(MOST_FRAMES));
  }

  @Override
  public void close() {
    converter.close();
    try {
      grabber.close();
    } catch (FrameGrabber.Exception e) {
      throw new IllegalStateException("A clip could not be closed", e);
    }
  }
}
