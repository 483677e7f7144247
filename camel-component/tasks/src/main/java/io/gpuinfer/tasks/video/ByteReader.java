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

  /** Only says where to read next; a negative answer says that it is not known. */
  private long seek(long offset, int whence) {
    try {
      long size = bytes.size();
      long from =
          switch (whence & ~avformat.AVSEEK_FORCE) {
            case avformat.AVSEEK_SIZE -> Long.MIN_VALUE;
            case 0 -> 0;
            case 1 -> position;
            default -> size;
          };
      if (from == Long.MIN_VALUE) {
        return size;
      }
      if (from < 0 || from + offset < 0) {
        return -1;
      }
      position = from + offset;
      return position;
    } catch (IOException e) {
      failure = e;
      return -1;
    }
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
