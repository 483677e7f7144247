package io.gpuinfer.onnxruntime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Hands tensors to ONNX Runtime in direct memory that is kept from run to run: memory of its own
 * for each run would be freed by the garbage collector alone, which a busy route outpaces.
 *
 * <p>One run at a time.
 */
final class InputBuffers {

  private final OrtEnvironment environment;
  private final Map<String, ByteBuffer> buffers = new HashMap<>();

  InputBuffers(OrtEnvironment environment) {
    this.environment = environment;
  }

  /** The tensor for ONNX Runtime to read; valid until the next call with this name. */
  OnnxTensor bind(String name, Tensor tensor) throws OrtException {
    ByteBuffer buffer = buffer(name, (long) tensor.size() * tensor.type().bytes());
    long[] shape = tensor.shape();
    return switch (tensor.type()) {
      case FLOAT32 ->
          OnnxTensor.createTensor(
              environment, buffer.asFloatBuffer().put(tensor.floats()).flip(), shape);
      case FLOAT64 -> OnnxTensor.createTensor(environment, doubles(buffer, tensor), shape);
      case FLOAT16 -> halves(buffer, tensor, OnnxJavaType.FLOAT16);
      case BFLOAT16 -> halves(buffer, tensor, OnnxJavaType.BFLOAT16);
      case INT32 ->
          OnnxTensor.createTensor(
              environment, buffer.asIntBuffer().put(tensor.ints()).flip(), shape);
      case INT64 ->
          OnnxTensor.createTensor(
              environment, buffer.asLongBuffer().put(tensor.longs()).flip(), shape);
      case UINT8 -> bytes(buffer, tensor, OnnxJavaType.UINT8);
      case INT8 -> bytes(buffer, tensor, OnnxJavaType.INT8);
      case BOOL -> bytes(buffer, tensor, OnnxJavaType.BOOL);
    };
  }

  /** Lets go of the memory. */
  void clear() {
    buffers.clear();
  }

  private OnnxTensor bytes(ByteBuffer buffer, Tensor tensor, OnnxJavaType type)
      throws OrtException {
    return OnnxTensor.createTensor(
        environment, buffer.put(tensor.bytes()).flip(), tensor.shape(), type);
  }

  private OnnxTensor halves(ByteBuffer buffer, Tensor tensor, OnnxJavaType type)
      throws OrtException {
    return OnnxTensor.createTensor(
        environment, buffer.asShortBuffer().put(tensor.shorts()).flip(), tensor.shape(), type);
  }

  private static DoubleBuffer doubles(ByteBuffer buffer, Tensor tensor) {
    DoubleBuffer doubles = buffer.asDoubleBuffer();
    for (int i = 0; i < tensor.size(); i++) {
      doubles.put(tensor.doubleAt(i));
    }
    return doubles.flip();
  }

  private ByteBuffer buffer(String name, long bytes) {
    if (bytes > Integer.MAX_VALUE) {
      throw new InvalidInputException("Input \"" + name + "\" is over 2 GiB");
    }
    ByteBuffer buffer = buffers.get(name);
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect((int) bytes);
      buffers.put(name, buffer);
    }
    return buffer.clear().order(ByteOrder.nativeOrder());
  }
}
