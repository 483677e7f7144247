package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.ffmpeg.avformat.Write_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Lets FFmpeg read a clip's bytes, by callbacks. */
final class ByteReader implements Closeable {

  private static final int BUFFER = 1 << 16;

  /** As C's {@code fseek} has them. */
  private static final int FROM_START = 0;

  private static final int FROM_HERE = 1;

  /** JavaCPP has room for ten callbacks of a kind in all, so they are shared. */
  private static final Map<Pointer, ByteReader> OPEN = new ConcurrentHashMap<>();

  private static final Reading READING = new Reading();
  private static final Seeking SEEKING = new Seeking();

  private final ClipBytes bytes;
  private final Pointer key = avutil.av_malloc(1);
  private final AVIOContext context;
  private long position;
  private Exception failure;

  ByteReader(ClipBytes bytes) {
    this.bytes = bytes;
    this.context =
        avformat.avio_alloc_context(
            new BytePointer(avutil.av_malloc(BUFFER)),
            BUFFER,
            0,
            key,
            READING,
            (Write_packet_Pointer_BytePointer_int) null,
            SEEKING);
    OPEN.put(key, this);
  }

  AVIOContext context() {
    return context;
  }

  /** Whether there are so many bytes. */
  boolean reaches(long position) {
    try {
      return bytes.reaches(position);
    } catch (IOException e) {
      throw new InvalidInputException("The clip cannot be read: " + e, e);
    }
  }

  /**
   * No exception passes through native code, so it is thrown here.
   *
   * @throws InvalidInputException when the bytes could not be read
   */
  void rethrow() {
    if (failure instanceof InvalidInputException refused) {
      throw refused;
    }
    if (failure != null) {
      throw new InvalidInputException("The clip cannot be read: " + failure, failure);
    }
  }

  @Override
  public void close() {
    OPEN.remove(key);
    avutil.av_free(context.buffer());
    avformat.avio_context_free(context);
    avutil.av_free(key);
  }

  private int read(BytePointer target, int size) {
    try {
      int count = bytes.read(target.capacity(size).asByteBuffer(), position);
      if (count < 0) {
        return avutil.AVERROR_EOF();
      }
      position += count;
      return count;
    } catch (IOException | RuntimeException e) {
      failure = e;
      return avutil.AVERROR_EXTERNAL();
    }
  }

  /** Only says where to read next; negative where there is nothing, or it is not known. */
  private long seek(long offset, int whence) {
    try {
      if (whence == avformat.AVSEEK_SIZE) {
        return bytes.size();
      }
      long from = from(whence & ~avformat.AVSEEK_FORCE);
      long target = from + offset;
      if (from < 0 || target < 0 || !bytes.reaches(target)) {
        // Not the error for an end, which would pass for the clip's own.
        return avutil.AVERROR_INVALIDDATA();
      }
      position = target;
      return target;
    } catch (IOException | RuntimeException e) {
      failure = e;
      return avutil.AVERROR_EXTERNAL();
    }
  }

  private long from(int whence) throws IOException {
    return switch (whence) {
      case FROM_START -> 0;
      case FROM_HERE -> position;
      default -> bytes.size();
    };
  }

  private static final class Reading extends Read_packet_Pointer_BytePointer_int {

    @Override
    public int call(Pointer key, BytePointer target, int size) {
      return OPEN.get(key).read(target, size);
    }
  }

  private static final class Seeking extends Seek_Pointer_long_int {

    @Override
    public long call(Pointer key, long offset, int whence) {
      return OPEN.get(key).seek(offset, whence);
    }
  }
}
