package io.gpuinfer.engine.testing;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What ONNX Runtime answers, without any of its own rewritings of the graph. */
public final class OnnxRuntimeOracle implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  public OnnxRuntimeOracle(byte[] model) {
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(OptLevel.NO_OPT);
      session = environment.createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot load the model", e);
    }
  }

  /** One run of a model. */
  public static Map<String, Tensor> answer(byte[] model, Map<String, Tensor> inputs) {
    try (OnnxRuntimeOracle oracle = new OnnxRuntimeOracle(model)) {
      return oracle.answer(inputs);
    }
  }

  public Map<String, Tensor> answer(Map<String, Tensor> inputs) {
    Map<String, OnnxTensor> given = new HashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        given.put(input.getKey(), ofTensor(input.getValue()));
      }
      Map<String, Tensor> answers = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(given)) {
        for (Map.Entry<String, OnnxValue> output : result) {
          answers.put(output.getKey(), toTensor((OnnxTensor) output.getValue()));
        }
      }
      return answers;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot run the model", e);
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor ofTensor(Tensor tensor) throws OrtException {
    long[] shape = tensor.shape();
    return switch (tensor.type()) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, tensor.floats(), shape);
      case FLOAT64 -> OnnxTensor.createTensor(environment, doubles(tensor), shape);
      case INT32 -> OnnxTensor.createTensor(environment, tensor.ints(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, tensor.longs(), shape);
      case FLOAT16 ->
          OnnxTensor.createTensor(environment, tensor.shorts(), shape, OnnxJavaType.FLOAT16);
      case BFLOAT16 ->
          OnnxTensor.createTensor(environment, tensor.shorts(), shape, OnnxJavaType.BFLOAT16);
      case UINT8 -> ofBytes(tensor, OnnxJavaType.UINT8);
      case INT8 -> ofBytes(tensor, OnnxJavaType.INT8);
      case BOOL -> ofBytes(tensor, OnnxJavaType.BOOL);
    };
  }

  private OnnxTensor ofBytes(Tensor tensor, OnnxJavaType type) throws OrtException {
    ByteBuffer copy = ByteBuffer.allocateDirect(tensor.size()).put(tensor.bytes()).flip();
    return OnnxTensor.createTensor(environment, copy, tensor.shape(), type);
  }

  private static DoubleBuffer doubles(Tensor tensor) {
    DoubleBuffer values = DoubleBuffer.allocate(tensor.size());
    for (int i = 0; i < tensor.size(); i++) {
      values.put(i, tensor.doubleAt(i));
    }
    return values;
  }

  private static Tensor toTensor(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    long[] shape = info.getShape();
    int size = Tensor.sizeOf(shape);
    switch (info.type) {
      case FLOAT -> {
        float[] values = new float[size];
        tensor.getFloatBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      case DOUBLE -> {
        double[] values = new double[size];
        tensor.getDoubleBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      case FLOAT16, BFLOAT16 -> {
        short[] bits = new short[size];
        tensor.getShortBuffer().get(bits);
        return Tensor.wrap(DataType.valueOf(info.type.name()), bits, shape);
      }
      case INT32 -> {
        int[] values = new int[size];
        tensor.getIntBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      case INT64 -> {
        long[] values = new long[size];
        tensor.getLongBuffer().get(values);
        return Tensor.wrap(values, shape);
      }
      default -> {
        byte[] values = new byte[size];
        tensor.getByteBuffer().get(values);
        return Tensor.wrap(DataType.valueOf(info.type.name()), values, shape);
      }
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
