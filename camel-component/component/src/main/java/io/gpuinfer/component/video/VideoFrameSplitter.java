package io.gpuinfer.component.video;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.video.FrameSelection;
import io.gpuinfer.tasks.video.FrameSize;
import io.gpuinfer.tasks.video.LookAhead;
import io.gpuinfer.tasks.video.VideoFrames;
import io.gpuinfer.tasks.video.VideoLimits;
import java.io.Closeable;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Splits the clip in a body into messages with a frame each, for Camel's {@code split} with {@code
 * streaming}. As an expression in Java, and as a bean in {@code method} elsewhere.
 *
 * <p>The body is the clip's file: {@code byte[]}, {@link InputStream}, {@link File}, {@link Path},
 * or what a consumer of files gives. A message has the frame as a {@code Picture} and the headers
 * {@code CamelGpuInferFrameIndex}, {@code CamelGpuInferFrameSeconds} and {@code
 * CamelGpuInferFrameIsKey}, beside those that the clip's message has.
 *
 * <p>Frames are decoded on a thread of their own, ahead of the route by {@code lookAhead} frames at
 * most. The decoder and its files are given back when the split or the exchange ends, however it
 * does.
 */
public final class VideoFrameSplitter extends ExpressionAdapter {

  private static final int DEFAULT_LOOK_AHEAD = 2;

  private FrameSelection selection;
  private VideoLimits limits;
  private int lookAhead = DEFAULT_LOOK_AHEAD;

  /** All frames of a clip within the usual limits. */
  public VideoFrameSplitter() {
    this(FrameSelection.ALL, VideoLimits.DEFAULT);
  }

  public VideoFrameSplitter(FrameSelection selection, VideoLimits limits) {
    this.selection = selection;
    this.limits = limits;
    VideoFrames.prepare();
  }

  /**
   * Opens the clip in the body.
   *
   * @return an iterator that is {@link Closeable}
   * @throws InvalidInputException when there is no clip in the body, or one over a limit
   */
  @Handler
  public Iterator<Message> split(Exchange exchange) {
    MessageHelper.resetStreamCache(exchange.getMessage());
    return split(exchange, exchange.getMessage().getBody());
  }

  /**
   * Opens a clip that is elsewhere than in the body.
   *
   * @param clip what the body might be
   * @see #split(Exchange)
   */
  public Iterator<Message> split(Exchange exchange, Object clip) {
    VideoFrames frames = open(clip);
    FrameMessages messages =
        lookAhead == 0
            ? FrameMessages.of(frames, exchange)
            : FrameMessages.of(LookAhead.of(frames, lookAhead), exchange);
    // The split closes it, too, but not where the exchange is ended from outside.
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                messages.close();
              }
            });
    return messages;
  }

  @Override
  public Object evaluate(Exchange exchange) {
    return split(exchange);
  }

  /** How many frames of each second; all of them unless it is set. */
  public void setRate(double rate) {
    selection = selection.withRate(rate);
  }

  /** Whether only key frames are decoded. */
  public void setKeyFrames(boolean keyFrames) {
    selection = selection.withKeyFrames(keyFrames);
  }

  /** What pictures are to fit within, as in {@code 1280x720} or {@code 1280}. */
  public void setSize(String size) {
    selection = selection.withSize(FrameSize.parse(size));
  }

  /** Where in the clip to begin. */
  public void setStart(Duration start) {
    selection = selection.withStart(start);
  }

  /** How much of the clip to take. */
  public void setDuration(Duration duration) {
    selection = selection.withDuration(duration);
  }

  /** After how many frames to end; 0 for the clip's own end. */
  public void setMaxFrames(int maxFrames) {
    selection = selection.withMaxFrames(maxFrames);
  }

  /**
   * How many frames may be decoded, or in the making, before the route asks for them; 0 to decode
   * on the route's thread.
   */
  public void setLookAhead(int lookAhead) {
    if (lookAhead < 0) {
      throw new IllegalArgumentException("No one looks ahead by " + lookAhead + " frames");
    }
    this.lookAhead = lookAhead;
  }

  /** The most pixels of a frame, before it is made smaller. */
  public void setPixelLimit(long pixels) {
    limits = new VideoLimits(pixels, limits.maxFrames(), limits.maxBytes(), limits.maxDuration());
  }

  /** How many frames are refused as too many, rather than left out. */
  public void setFrameLimit(int frames) {
    limits = new VideoLimits(limits.maxPixels(), frames, limits.maxBytes(), limits.maxDuration());
  }

  /** The most bytes of a clip's file. */
  public void setByteLimit(long bytes) {
    limits = new VideoLimits(limits.maxPixels(), limits.maxFrames(), bytes, limits.maxDuration());
  }

  /** How much time the wanted part of a clip may take. */
  public void setDurationLimit(Duration duration) {
    limits = new VideoLimits(limits.maxPixels(), limits.maxFrames(), limits.maxBytes(), duration);
  }

  private VideoFrames open(Object body) {
    if (body instanceof WrappedFile<?> wrapped) {
      return open(wrapped.getFile() instanceof File file ? file : wrapped.getBody());
    }
    if (body instanceof byte[] bytes) {
      return VideoFrames.open(bytes, selection, limits);
    }
    if (body instanceof File file) {
      return VideoFrames.open(file.toPath(), selection, limits);
    }
    if (body instanceof Path path) {
      return VideoFrames.open(path, selection, limits);
    }
    if (body instanceof InputStream stream) {
      return VideoFrames.open(stream, selection, limits);
    }
    throw new InvalidInputException(
        "A clip comes as bytes, a stream or a file, not as "
            + (body == null ? "nothing" : body.getClass().getName()));
  }
}
