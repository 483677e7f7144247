package io.gpuinfer.engine.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Reads tensors out of the ONNX format: raw little-endian bytes, or one of its typed lists. */
public final class OnnxTensors {

  private OnnxTensors() {}

  /**
   * @throws ModelLoadException when the data do not match the declared type and shape
   */
  public static Tensor read(TensorProto proto) {
    long[] shape = proto.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new ModelLoadException(
          "Tensor '" + proto.getName() + "' is kept in another file, which is not supported");
    }
    try {
      return proto.hasRawData()
          ? ofRaw(proto, shape)
          : ofList(proto, DataType.ofOnnx(proto.getDataType()), shape);
    } catch (InvalidInputException e) {
      throw new ModelLoadException("Tensor '" + proto.getName() + "': " + e.getMessage(), e);
    }
  }

  private static Tensor ofRaw(TensorProto proto, long[] shape) {
    DataType type = DataType.ofOnnx(proto.getDataType());
    int size = Tensor.sizeOf(shape);
    ByteString raw = proto.getRawData();
    if ((long) size * type.bytes() != raw.size()) {
      throw new ModelLoadException(
          "Tensor '"
              + proto.getName()
              + "' of shape "
              + Arrays.toString(shape)
              + " should have "
              + (long) size * type.bytes()
              + " bytes but has "
              + raw.size());
    }
    ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    switch (type) {
      case FLOAT32 -> {
        float[] values = new float[size];
        bytes.asFloatBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      case FLOAT64 -> {
        double[] values = new double[size];
        bytes.asDoubleBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      case FLOAT16, BFLOAT16 -> {
        short[] bits = new short[size];
        bytes.asShortBuffer().get(bits);
        return Tensor.wrap(type, bits, shape);
      }
      case INT32 -> {
        int[] values = new int[size];
        bytes.asIntBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      case INT64 -> {
        long[] values = new long[size];
        bytes.asLongBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      default -> {
        return Tensor.wrap(type, raw.toByteArray(), shape);
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
