package io.gpuinfer.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * ONNX Runtime as a careful user runs it on the same cores: all optimisations, so many threads, and
 * inputs that lie in direct buffers before the clock starts. Its outputs stay where it wrote them.
 */
final class OnnxRuntimePeer implements AutoCloseable {

  private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();

  OnnxRuntimePeer(byte[] model, int threads) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setIntraOpNumThreads(threads);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = ENVIRONMENT.createSession(model, options);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot load the model", e);
    }
  }

  /** The version in use. */
  static String version() {
    return ENVIRONMENT.getVersion();
  }

  /** Sets what the next runs are given. */
  void bind(Map<String, Tensor> values) {
    closeInputs();
    values.forEach((name, value) -> inputs.put(name, direct(value)));
  }

  /** Runs the model and drops the answer. */
  void run() {
    try (OrtSession.Result result = session.run(inputs)) {
      // Only the time matters.
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot run the model", e);
    }
  }

  /** Runs the model once for its outputs. */
  Map<String, Tensor> outputs() {
    try (OrtSession.Result result = session.run(inputs)) {
      Map<String, Tensor> outputs = new HashMap<>();
      for (Map.Entry<String, OnnxValue> entry : result) {
        OnnxTensor value = (OnnxTensor) entry.getValue();
        FloatBuffer floats = value.getFloatBuffer();
        float[] values = new float[floats.remaining()];
        floats.get(values);
        outputs.put(entry.getKey(), Tensor.wrap(values, value.getInfo().getShape()));
      }
      return outputs;
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot run the model", e);
    }
  }

  private static OnnxTensor direct(Tensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(tensor.size() * tensor.type().bytes())
            .order(ByteOrder.nativeOrder());
    try {
      if (tensor.type() == DataType.INT64) {
        LongBuffer longs = bytes.asLongBuffer().put(tensor.longs()).rewind();
        return OnnxTensor.createTensor(ENVIRONMENT, longs, tensor.shape());
      }
      FloatBuffer floats = bytes.asFloatBuffer().put(tensor.floats()).rewind();
      return OnnxTensor.createTensor(ENVIRONMENT, floats, tensor.shape());
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime takes no such input", e);
    }
  }

  private void closeInputs() {
    inputs.values().forEach(OnnxTensor::close);
    inputs.clear();
  }

  @Override
  public void close() {
    closeInputs();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("The session of ONNX Runtime cannot be closed", e);
    }
  }
}
