package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/**
 * The wanted frames of a clip. Each is decoded when it is asked for, so that two are in memory at a
 * time, however long the clip is. One thread at a time asks; any may close, even meanwhile.
 */
public final class VideoFrames implements Iterator<VideoFrame>, Closeable {

  /** Time stamps are cut to the container's own units, some of which are milliseconds. */
  private static final double TOLERANCE = 0.001;

  private static final double MICROS = 1e6;

  /** A stream that gives nothing keeps the thread that reads it, but not the one that closes. */
  private static final long CLOSING_MILLIS = 1000;

  /** Held by whoever uses what is not Java's: it must not be freed under a running decoder. */
  private final ReentrantLock lock = new ReentrantLock();

  private final FrameSelection selection;
  private final VideoLimits limits;
  private final Container container;
  private final FrameDecoder decoder;
  private final PictureMaker pictures;
  private final double clipStart;
  private double due;
  private int sampled;
  private VideoFrame next;
  private boolean isNextKnown;
  private boolean isReleased;
  private volatile boolean isClosed;

  private VideoFrames(Container container, FrameSelection selection, VideoLimits limits) {
    this.selection = selection;
    this.limits = limits;
    this.container = container;
    this.decoder = new FrameDecoder(container, selection.keyFrames(), limits);
    this.pictures = new PictureMaker(selection.size());
    this.clipStart = container.startSeconds();
    this.due = selection.startSeconds();
  }

  /** Loads what decodes clips, which takes some hundred milliseconds the first time. */
  public static void prepare() {
    Ffmpeg.prepare();
  }

  /**
   * Opens a clip.
   *
   * @param clip the bytes of the file
   * @throws InvalidInputException when it is no clip, has no video, or is over a limit
   */
  public static VideoFrames open(byte[] clip, FrameSelection selection, VideoLimits limits) {
    return open(() -> ClipBytes.of(clip), selection, limits);
  }

  /**
   * Opens a clip in a file.
   *
   * @see #open(byte[], FrameSelection, VideoLimits)
   */
  public static VideoFrames open(Path clip, FrameSelection selection, VideoLimits limits) {
    return open(() -> ClipBytes.of(clip), selection, limits);
  }

  /**
   * Opens a clip that comes as a stream. It is read as frames are asked for, on the thread that
   * asks, as far as the container's format allows; it is not closed. What was read is kept in a
   * temporary file until the frames are closed.
   *
   * @see #open(byte[], FrameSelection, VideoLimits)
   */
  public static VideoFrames open(InputStream clip, FrameSelection selection, VideoLimits limits) {
    return open(() -> SpooledBytes.of(clip, limits.maxBytes()), selection, limits);
  }

  private interface Source {
    ClipBytes open() throws IOException;
  }

  private static VideoFrames open(Source source, FrameSelection selection, VideoLimits limits) {
    try {
      Container container = Container.open(source.open(), limits);
      VideoFrames frames;
      try {
        frames = new VideoFrames(container, selection, limits);
      } catch (RuntimeException | Error e) {
        container.close();
        throw e;
      }
      try {
        frames.start();
        return frames;
      } catch (RuntimeException | Error e) {
        frames.close();
        throw e;
      }
    } catch (IOException e) {
      throw new InvalidInputException("The clip cannot be read: " + e, e);
    }
  }

  /**
   * Decodes up to the next frame.
   *
   * @return false at the end, and once this is closed
   * @throws InvalidInputException when the clip turns out to be over a limit or damaged
   */
  @Override
  public boolean hasNext() {
    lock.lock();
    try {
      return decodeNext();
    } finally {
      leave();
    }
  }

  /**
   * The next frame.
   *
   * @throws InvalidInputException when the clip turns out to be over a limit or damaged
   * @throws NoSuchElementException at the end, and once this is closed
   */
  @Override
  public VideoFrame next() {
    lock.lock();
    try {
      if (!decodeNext()) {
        throw new NoSuchElementException("The clip has no more frames");
      }
      VideoFrame current = next;
      next = null;
      isNextKnown = false;
      return current;
    } finally {
      leave();
    }
  }

  /**
   * Gives back the decoder's memory and the temporary file. Waits a second for a thread that is
   * decoding; one that takes longer gives them back itself.
   */
  @Override
  public void close() {
    isClosed = true;
    if (isMyTurn()) {
      leave();
    }
  }

  private boolean isMyTurn() {
    try {
      return lock.tryLock() || lock.tryLock(CLOSING_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean decodeNext() {
    if (!isNextKnown && !isClosed) {
      next = advance();
      isNextKnown = true;
    }
    return next != null && !isClosed;
  }

  /** Whoever closes while the lock is held leaves the rest to its holder, who looks here. */
  private void leave() {
    lock.unlock();
    if (isClosed && lock.tryLock()) {
      try {
        release();
      } finally {
        lock.unlock();
      }
    }
  }

  private void release() {
    if (isReleased) {
      return;
    }
    isReleased = true;
    next = null;
    pictures.close();
    try {
      decoder.close();
    } catch (IOException e) {
      throw new IllegalStateException("A clip could not be closed", e);
    }
  }

  private void start() {
    double start = selection.startSeconds();
    limits.checkSeconds(Math.min(container.declaredSeconds(), selection.endSeconds()) - start);
    if (start > 0) {
      container.seek(clipStart + start);
    }
    if (!hasNext()) {
      throw new InvalidInputException(
          "The clip has no frame that can be decoded from second %s on, within %d pixels"
              .formatted(start, limits.maxPixels()));
    }
  }

  /** Null at the end of the clip, or of what is wanted of it. */
  private VideoFrame advance() {
    if (selection.maxFrames() > 0 && sampled == selection.maxFrames()) {
      return null;
    }
    AVFrame frame = decoder.next(clipStart + due - TOLERANCE);
    if (frame == null) {
      return null;
    }
    double seconds = Math.rint((decoder.seconds() - clipStart) * MICROS) / MICROS;
    if (seconds > selection.endSeconds() - TOLERANCE) {
      return null;
    }
    return sample(frame, seconds);
  }

  private VideoFrame sample(AVFrame frame, double seconds) {
    double start = selection.startSeconds();
    // What a file says of its length and size may be wrong, or nothing at all.
    limits.checkSeconds(seconds - start);
    limits.checkPixels(frame.width(), frame.height());
    limits.checkFrames(sampled + 1);
    double ticks = Math.floor((seconds - start + TOLERANCE) * selection.rate());
    due = start + (ticks + 1) / selection.rate();
    boolean keyFrame = (frame.flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0;
    return new VideoFrame(sampled++, seconds, keyFrame, pictures.picture(frame));
  }
}
