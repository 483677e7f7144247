package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A clip that comes as a stream, read as far as it was asked for. What came is kept in a temporary
 * file, which is deleted when this is closed.
 */
final class SpooledBytes implements ClipBytes {

  private final InputStream stream;
  private final long maxBytes;
  private final FileChannel file;
  private final byte[] buffer = new byte[1 << 16];
  private long received;
  private boolean ended;

  private SpooledBytes(InputStream stream, long maxBytes, FileChannel file) {
    this.stream = stream;
    this.maxBytes = maxBytes;
    this.file = file;
  }

  /**
   * @param stream is read, and not closed
   * @param maxBytes more are refused, with {@link InvalidInputException}
   */
  static SpooledBytes of(InputStream stream, long maxBytes) throws IOException {
    Path path = Files.createTempFile("gpu-infer-clip", null);
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
    return new SpooledBytes(stream, maxBytes, file);
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    reaches(position + 1);
    return file.read(target, position);
  }

  @Override
  public long size() {
    return ended ? received : UNKNOWN;
  }

  @Override
  public boolean reaches(long position) throws IOException {
    while (received < position && !ended) {
      receive();
    }
    return received >= position;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private void receive() throws IOException {
    int count = stream.read(buffer);
    if (count < 0) {
      ended = true;
      return;
    }
    if (received + count > maxBytes) {
      throw VideoLimits.tooManyBytes(maxBytes);
    }
    ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, count);
    while (chunk.hasRemaining()) {
      received += file.write(chunk, received);
    }
  }
}
