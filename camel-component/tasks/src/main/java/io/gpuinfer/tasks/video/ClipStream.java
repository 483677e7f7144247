package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of a clip, any of which can be returned to: containers keep their index at the end as
 * often as at the start. Once closed it holds nothing, for JavaCV keeps the streams of clips that
 * it could not open.
 */
final class ClipStream extends FilterInputStream {

  private static final long MAX_BYTES = 1L << 30;

  private ClipStream(InputStream in) {
    super(in);
  }

  static ClipStream of(byte[] clip) {
    return new ClipStream(new ByteArrayInputStream(clip));
  }

  static ClipStream of(Path file) throws IOException {
    return new ClipStream(new ChannelStream(Files.newByteChannel(file)));
  }

  /** Copies a stream into a file that is deleted when this stream is closed. */
  static ClipStream of(InputStream clip) throws IOException {
    Path file = Files.createTempFile("clip", null);
    try {
      try (OutputStream out = Files.newOutputStream(file)) {
        copy(clip, out);
      }
      return new ClipStream(
          new ChannelStream(Files.newByteChannel(file, StandardOpenOption.DELETE_ON_CLOSE)));
    } catch (IOException | RuntimeException e) {
      Files.delete(file);
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
    in = InputStream.nullInputStream();
  }

  /** JavaCV takes this for the file's name. */
  @Override
  public String toString() {
    return "clip";
  }

  private static void copy(InputStream clip, OutputStream out) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long total = 0;
    for (int count = clip.read(buffer); count >= 0; count = clip.read(buffer)) {
      total += count;
      if (total > MAX_BYTES) {
        throw new InvalidInputException(
            "The clip is over the limit of " + (MAX_BYTES >> 20) + " MiB");
      }
      out.write(buffer, 0, count);
    }
  }

  /** A stream that can skip and return to anywhere without reading. */
  private static final class ChannelStream extends InputStream {

    private final SeekableByteChannel channel;
    private final InputStream stream;
    private long mark;

    ChannelStream(SeekableByteChannel channel) {
      this.channel = channel;
      this.stream = Channels.newInputStream(channel);
    }

    @Override
    public int read() throws IOException {
      return stream.read();
    }

    @Override
    public int read(byte[] target, int from, int count) throws IOException {
      return stream.read(target, from, count);
    }

    @Override
    public long skip(long count) throws IOException {
      long from = channel.position();
      long skipped = Math.max(0, Math.min(count, channel.size() - from));
      channel.position(from + skipped);
      return skipped;
    }

    @Override
    public boolean markSupported() {
      return true;
    }

    @Override
    public synchronized void mark(int readLimit) {
      try {
        mark = channel.position();
      } catch (IOException e) {
        throw new IllegalStateException("An open file has no position", e);
      }
    }

    @Override
    public synchronized void reset() throws IOException {
      channel.position(mark);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
