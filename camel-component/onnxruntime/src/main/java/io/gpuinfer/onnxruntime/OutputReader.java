package io.gpuinfer.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtSession;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Copies what ONNX Runtime answered into tensors. */
final class OutputReader {

  private OutputReader() {}

  /** The outputs by name, in the model's order. */
  static Map<String, Tensor> read(OrtSession.Result result) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Map.Entry<String, OnnxValue> entry : result) {
      // The signature was checked at load: every output is a tensor.
      outputs.put(entry.getKey(), read(entry.getKey(), (OnnxTensor) entry.getValue()));
    }
    return Collections.unmodifiableMap(outputs);
  }

  private static Tensor read(String name, OnnxTensor value) {
    long[] shape = value.getInfo().getShape();
    DataType type = Signature.typeOf(name, value.getInfo());
    // The typed getters answer a buffer over a fresh array that nobody else holds.
    return switch (type) {
      case FLOAT32 -> Tensor.wrap(value.getFloatBuffer().array(), shape);
      case FLOAT64 -> Tensor.wrap(value.getDoubleBuffer().array(), shape);
      case FLOAT16, BFLOAT16 -> Tensor.wrap(type, value.getShortBuffer().array(), shape);
      case INT32 -> Tensor.wrap(value.getIntBuffer().array(), shape);
      case INT64 -> Tensor.wrap(value.getLongBuffer().array(), shape);
      case UINT8, INT8, BOOL -> Tensor.wrap(type, bytes(value.getByteBuffer()), shape);
    };
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
