package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Arrays as {@code numpy.save} writes them, in files called {@code .npy} (NumPy Enhancement
 * Proposal 1). Read: format versions 1 to 3, either order of bytes, either order of axes. Written:
 * version 1, little-endian, row by row.
 *
 * <p>Floats and whole numbers of all sizes and booleans are read; {@code int16}, {@code uint16},
 * {@code uint32} and {@code uint64} into the next wider type of a tensor. Python objects, which are
 * pickled, are refused, as are texts, dates, complex numbers and structures.
 */
public final class NpyFormat {

  /** A multiple of every element's bytes. */
  private static final int CHUNK = 1 << 16;

  private NpyFormat() {}

  /** Whether a file begins like an array. */
  public static boolean recognises(byte[] file) {
    return NpyHeader.begins(file);
  }

  /**
   * Reads the array of a file.
   *
   * @param maxBytes that its tensor may take
   * @throws InvalidInputException when it cannot be read, or is larger
   */
  public static Tensor read(byte[] file, long maxBytes) {
    try {
      return read(new ByteArrayInputStream(file), new ByteBudget(maxBytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads an array that is all there is in a stream. */
  static Tensor read(InputStream file, ByteBudget budget) throws IOException {
    NpyHeader header = NpyHeader.read(file);
    NpyType type = header.type();
    long[] shape = header.extents();
    int size = budget.take(type.held(), shape);
    TensorBuilder tensor = new TensorBuilder(type.held(), size);
    long left = (long) size * type.bytes();
    byte[] chunk = new byte[(int) Math.min(left, CHUNK)];
    while (left > 0) {
      int wanted = (int) Math.min(left, chunk.length);
      if (file.readNBytes(chunk, 0, wanted) < wanted) {
        throw new InvalidInputException(
            "The NumPy array ends before its %d elements of shape %s"
                .formatted(size, Arrays.toString(shape)));
      }
      type.decode(ByteBuffer.wrap(chunk, 0, wanted).order(header.order()), tensor);
      left -= wanted;
    }
    if (file.read() >= 0) {
      throw new InvalidInputException(
          "More bytes follow the %d elements of the NumPy array".formatted(size));
    }
    return header.byColumns() ? tensor.buildFromColumns(shape) : tensor.build(shape);
  }

  /** A file of one array; {@code BFLOAT16}, which NumPy has not, as {@code float32}. */
  public static byte[] write(Tensor tensor) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try {
      write(tensor, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  static void write(Tensor tensor, OutputStream file) throws IOException {
    Tensor known = tensor.type() == DataType.BFLOAT16 ? tensor.toFloat32() : tensor;
    NpyType type = NpyType.of(known.type());
    NpyHeader header =
        new NpyHeader(
            type, ByteOrder.LITTLE_ENDIAN, false, Arrays.stream(known.shape()).boxed().toList());
    file.write(header.toBytes());
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    int perChunk = CHUNK / type.bytes();
    for (int from = 0; from < known.size(); from += perChunk) {
      int count = Math.min(perChunk, known.size() - from);
      encode(known, from, count, chunk);
      file.write(chunk.array(), 0, count * type.bytes());
    }
  }

  private static void encode(Tensor tensor, int from, int count, ByteBuffer chunk) {
    switch (tensor.type()) {
      case FLOAT32 -> chunk.asFloatBuffer().put(tensor.floats().slice(from, count));
      case FLOAT16, BFLOAT16 -> chunk.asShortBuffer().put(tensor.shorts().slice(from, count));
      case INT32 -> chunk.asIntBuffer().put(tensor.ints().slice(from, count));
      case INT64 -> chunk.asLongBuffer().put(tensor.longs().slice(from, count));
      case INT8, UINT8, BOOL -> chunk.duplicate().put(tensor.bytes().slice(from, count));
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          chunk.putDouble(i * Double.BYTES, tensor.doubleAt(from + i));
        }
      }
    }
  }
}
