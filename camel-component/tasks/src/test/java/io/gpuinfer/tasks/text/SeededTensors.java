package io.gpuinfer.tasks.text;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.gpuinfer.engine.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Weights of models that tests make. */
final class SeededTensors {

  private SeededTensors() {}

  /** Normally distributed floats around 0. */
  static TensorProto of(Random random, double deviation, String name, int... shape) {
    int size = 1;
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT32.onnx());
    for (int extent : shape) {
      size *= extent;
      tensor.addDims(extent);
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      bytes.putFloat((float) (deviation * random.nextGaussian()));
    }
    return tensor.setRawData(ByteString.copyFrom(bytes.array())).build();
  }
}
