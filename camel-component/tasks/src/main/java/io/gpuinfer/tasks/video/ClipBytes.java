package io.gpuinfer.tasks.video;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a clip, any of which can be returned to: containers keep their index at the end as
 * often as at the start.
 */
interface ClipBytes extends Closeable {

  /** What {@link #size} says of a clip that is still being received. */
  long UNKNOWN = -1;

  /**
   * Reads some of the bytes from a position on.
   *
   * @return how many, at least one; -1 at the end
   */
  int read(ByteBuffer target, long position) throws IOException;

  /** How many bytes there are, or {@link #UNKNOWN}. */
  long size() throws IOException;

  /** Whether there are so many bytes; waits for them where they are still being received. */
  default boolean reaches(long position) throws IOException {
    return position <= size();
  }

  static ClipBytes of(byte[] clip) {
    return new ClipBytes() {
      @Override
      public int read(ByteBuffer target, long position) {
        if (position >= clip.length) {
          return -1;
        }
        int count = (int) Math.min(target.remaining(), clip.length - position);
        target.put(clip, (int) position, count);
        return count;
      }

      @Override
      public long size() {
        return clip.length;
      }

      @Override
      public void close() {}
    };
  }

  static ClipBytes of(Path file) throws IOException {
    return of(FileChannel.open(file, StandardOpenOption.READ));
  }

  static ClipBytes of(FileChannel file) {
    return new ClipBytes() {
      @Override
      public int read(ByteBuffer target, long position) throws IOException {
        return file.read(target, position);
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
