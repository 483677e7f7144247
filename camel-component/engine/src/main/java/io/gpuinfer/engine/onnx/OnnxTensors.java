package io.gpuinfer.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Reads tensors out of the ONNX format: raw little-endian bytes, or one of its typed lists. */
public final class OnnxTensors {

  private OnnxTensors() {}

  /**
   * Reads a tensor that is whole.
   *
   * @throws ModelLoadException when the data do not match the declared type and shape
   */
  public static Tensor read(TensorProto proto) {
    return read(proto, ExternalData.NONE);
  }

  /**
   * @param files where tensors may keep their elements
   * @throws ModelLoadException when the data do not match the declared type and shape
   */
  static Tensor read(TensorProto proto, ExternalData files) {
    long[] shape = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
    try {
      if (ExternalData.isExternal(proto)) {
        ExternalData.Region region = files.find(proto);
        checkLength(proto, region.length(), shape);
        return ofBytes(proto, region::read, shape);
      }
      return proto.hasRawData()
          ? ofRaw(proto, shape)
          : ofList(proto, DataType.ofOnnx(proto.getDataType()), shape);
    } catch (InvalidInputException e) {
      throw new ModelLoadException("Tensor '" + proto.getName() + "': " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      // One large allocation failed: the heap itself is well.
      throw new ModelLoadException(
          "Tensor '" + proto.getName() + "' does not fit the Java heap; raise -Xmx", e);
    }
  }

  private static Tensor ofRaw(TensorProto proto, long[] shape) {
    ByteString raw = proto.getRawData();
    checkLength(proto, raw.size(), shape);
    return ofBytes(proto, to -> to.accept(raw.asReadOnlyByteBuffer()), shape);
  }

  private static void checkLength(TensorProto proto, long length, long[] shape) {
    long expected = (long) Tensor.sizeOf(shape) * DataType.ofOnnx(proto.getDataType()).bytes();
    if (expected != length) {
      throw new ModelLoadException(
          "Tensor '"
              + proto.getName()
              + "' of shape "
              + Arrays.toString(shape)
              + " should have "
              + expected
              + " bytes but has "
              + length);
    }
  }

  /** Elements as little-endian bytes, handed out piece by piece. */
  @FunctionalInterface
  private interface Pieces {

    /**
     * @param to takes pieces of whole elements, one after another
     */
    void read(Consumer<ByteBuffer> to);

    default void readInto(Consumer<ByteBuffer> to) {
      read(piece -> to.accept(piece.order(ByteOrder.LITTLE_ENDIAN)));
    }
  }

  private static Tensor ofBytes(TensorProto proto, Pieces pieces, long[] shape) {
    DataType type = DataType.ofOnnx(proto.getDataType());
    int size = Tensor.sizeOf(shape);
    switch (type) {
      case FLOAT32 -> {
        float[] values = new float[size];
        FloatBuffer to = FloatBuffer.wrap(values);
        pieces.readInto(piece -> to.put(piece.asFloatBuffer()));
        return Tensor.wrap(values, shape);
      }
      case FLOAT64 -> {
        double[] values = new double[size];
        DoubleBuffer to = DoubleBuffer.wrap(values);
        pieces.readInto(piece -> to.put(piece.asDoubleBuffer()));
        return Tensor.wrap(values, shape);
      }
      case FLOAT16, BFLOAT16 -> {
        short[] values = new short[size];
        ShortBuffer to = ShortBuffer.wrap(values);
        pieces.readInto(piece -> to.put(piece.asShortBuffer()));
        return Tensor.wrap(type, values, shape);
      }
      case INT32 -> {
        int[] values = new int[size];
        IntBuffer to = IntBuffer.wrap(values);
        pieces.readInto(piece -> to.put(piece.asIntBuffer()));
        return Tensor.wrap(values, shape);
      }
      case INT64 -> {
        long[] values = new long[size];
        LongBuffer to = LongBuffer.wrap(values);
        pieces.readInto(piece -> to.put(piece.asLongBuffer()));
        return Tensor.wrap(values, shape);
      }
      default -> {
        byte[] values = new byte[size];
        pieces.read(ByteBuffer.wrap(values)::put);
        return Tensor.wrap(type, values, shape);
      }
    }
  }

  private static Tensor ofList(TensorProto proto, DataType type, long[] shape) {
    return switch (type) {
      case FLOAT32 -> {
        float[] values = new float[proto.getFloatDataCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = proto.getFloatData(i);
        }
        yield Tensor.wrap(values, shape);
      }
      case FLOAT64 ->
          Tensor.wrap(
              proto.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray(), shape);
      case INT64 ->
          Tensor.wrap(
              proto.getInt64DataList().stream().mapToLong(Long::longValue).toArray(), shape);
      case INT32 ->
          Tensor.wrap(
              proto.getInt32DataList().stream().mapToInt(Integer::intValue).toArray(), shape);
      case FLOAT16, BFLOAT16 -> {
        short[] bits = new short[proto.getInt32DataCount()];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = (short) proto.getInt32Data(i);
        }
        yield Tensor.wrap(type, bits, shape);
      }
      case INT8, UINT8, BOOL -> {
        byte[] values = new byte[proto.getInt32DataCount()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (byte) proto.getInt32Data(i);
        }
        yield Tensor.wrap(type, values, shape);
      }
    };
  }
}
