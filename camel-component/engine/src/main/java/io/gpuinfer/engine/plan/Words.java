package io.gpuinfer.engine.plan;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Tensors as the device holds them: every element in four bytes, those of floating-point types as a
 * {@code float}, all others as an {@code int}'s bits. Only images that a kernel reads byte by byte
 * are packed.
 */
public final class Words {

  private Words() {}

  static float[] of(Tensor tensor) {
    float[] words = new float[tensor.size()];
    write(tensor, words, 0);
    return words;
  }

  /**
   * @throws InvalidInputException when a 64-bit integer does not fit 32 bits
   */
  public static void write(Tensor tensor, float[] words, int at) {
    switch (tensor.type()) {
      case FLOAT32 -> tensor.copyTo(0, words, at, tensor.size());
      case FLOAT64, FLOAT16, BFLOAT16 -> {
        for (int i = 0; i < tensor.size(); i++) {
          words[at + i] = (float) tensor.doubleAt(i);
        }
      }
      case INT64 -> {
        LongBuffer values = tensor.longs();
        for (int i = 0; i < tensor.size(); i++) {
          long value = values.get(i);
          if (value != (int) value) {
            throw new InvalidInputException(
                "Element " + i + " is " + value + "; integers on the device have 32 bits");
          }
          words[at + i] = Float.intBitsToFloat((int) value);
        }
      }
      case UINT8 -> {
        ByteBuffer values = tensor.bytes();
        for (int i = 0; i < tensor.size(); i++) {
          words[at + i] = Float.intBitsToFloat(values.get(i) & 0xff);
        }
      }
      default -> {
        for (int i = 0; i < tensor.size(); i++) {
          words[at + i] = Float.intBitsToFloat((int) tensor.longAt(i));
        }
      }
    }
  }

  /**
   * Words for so many elements.
   *
   * @param packed whether they are bytes
   */
  static int count(int elements, boolean packed) {
    return packed ? (elements + Float.BYTES - 1) / Float.BYTES : elements;
  }

  /** Writes one-byte elements as they are, so that four share a word. */
  public static void pack(Tensor tensor, float[] words, int at) {
    ByteBuffer bytes = tensor.bytes().order(ByteOrder.nativeOrder());
    int whole = tensor.size() / Float.BYTES;
    bytes.asFloatBuffer().get(words, at, whole);
    if (whole * Float.BYTES < tensor.size()) {
      ByteBuffer rest = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.nativeOrder());
      rest.put(bytes.position(whole * Float.BYTES));
      words[at + whole] = rest.getFloat(0);
    }
  }

  /** The tensor that these words hold. */
  public static Tensor read(DataType type, float[] words, int at, long... shape) {
    int size = Tensor.sizeOf(shape);
    switch (type) {
      case FLOAT32 -> {
        float[] values = new float[size];
        System.arraycopy(words, at, values, 0, size);
        return Tensor.wrap(values, shape);
      }
      case FLOAT64 -> {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
          values[i] = words[at + i];
        }
        return Tensor.wrap(values, shape);
      }
      case FLOAT16, BFLOAT16 -> {
        return Tensor.rounded(type, Arrays.copyOfRange(words, at, at + size), shape);
      }
      case INT64 -> {
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
          values[i] = Float.floatToRawIntBits(words[at + i]);
        }
        return Tensor.wrap(values, shape);
      }
      case INT32 -> {
        int[] values = new int[size];
        for (int i = 0; i < size; i++) {
          values[i] = Float.floatToRawIntBits(words[at + i]);
        }
        return Tensor.wrap(values, shape);
      }
      default -> {
        byte[] values = new byte[size];
        for (int i = 0; i < size; i++) {
          values[i] = (byte) Float.floatToRawIntBits(words[at + i]);
        }
        return Tensor.wrap(type, values, shape);
      }
    }
  }
}
