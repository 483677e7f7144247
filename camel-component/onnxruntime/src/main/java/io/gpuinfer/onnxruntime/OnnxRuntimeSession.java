package io.gpuinfer.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InputCheck;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.SessionGate;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** A model loaded into ONNX Runtime. */
final class OnnxRuntimeSession implements InferenceSession {

  private final String model;
  private final OrtSession session;
  private final DeviceInfo device;
  private final long modelBytes;
  private final int operators;
  private final Signature signature;
  private final InputCheck check;
  private final InputBuffers buffers;
  private final ScheduledThreadPoolExecutor watcher;
  private final SessionGate gate;

  OnnxRuntimeSession(
      String model,
      OrtEnvironment environment,
      OrtSession session,
      Signature signature,
      DeviceInfo device,
      WholeModel whole) {
    this.model = model;
    this.session = session;
    this.signature = signature;
    this.device = device;
    this.modelBytes = whole.bytes().length;
    this.operators = whole.operators();
    this.check = new InputCheck(signature.inputs());
    this.buffers = new InputBuffers(environment);
    this.watcher = newWatcher(model);
    this.gate = new SessionGate(model, this::dispose);
  }

  private static ScheduledThreadPoolExecutor newWatcher(String model) {
    ScheduledThreadPoolExecutor watcher =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "gpu-infer-watch-" + model);
              thread.setDaemon(true);
              return thread;
            });
    watcher.setRemoveOnCancelPolicy(true);
    return watcher;
  }

  @Override
  public List<TensorInfo> inputs() {
    return signature.inputs();
  }

  @Override
  public List<TensorInfo> outputs() {
    return signature.outputs();
  }

  @Override
  public DeviceInfo device() {
    return device;
  }

  @Override
  public RunResult execute(Map<String, Tensor> inputs, RunOptions options) {
    check.check(inputs);
    return gate.run(options, () -> runNow(inputs, options));
  }

  private RunResult runNow(Map<String, Tensor> inputs, RunOptions options) {
    RunWatch.throwIfDue(options);
    Map<String, OnnxTensor> bound = new HashMap<>();
    long began = System.nanoTime();
    try (RunWatch watch = new RunWatch(options, watcher)) {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        bound.put(input.getKey(), buffers.bind(input.getKey(), input.getValue()));
      }
      long written = System.nanoTime();
      try (OrtSession.Result result = session.run(bound, watch.handle())) {
        long computed = System.nanoTime();
        RunWatch.throwIfDue(options);
        Map<String, Tensor> outputs = OutputReader.read(result);
        long read = System.nanoTime();
        return new RunResult(
            outputs, execution(written - began, computed - written, read - computed));
      }
    } catch (OrtException e) {
      RunWatch.throwIfDue(options);
      throw failure(e);
    } finally {
      bound.values().forEach(OnnxTensor::close);
    }
  }

  /** ONNX Runtime runs all of a model or fails, and tells nothing of its work. */
  private Execution execution(long inputNanos, long computeNanos, long outputNanos) {
    return new Execution(
        device, operators, operators, 0, 0, 0, 0, 0, inputNanos, computeNanos, outputNanos);
  }

  /**
   * The weights do not change and the processor does not fail, so what a run can fail of is its
   * inputs (an id out of the vocabulary, a text that is too long), or the host's memory.
   */
  private GpuInferException failure(OrtException e) {
    String message = "ONNX Runtime failed in " + model + ": " + e.getMessage();
    return e.getMessage().contains("Failed to allocate memory")
        ? new DeviceOfflineException(message)
        : new InvalidInputException(message, e);
  }

  /** ONNX Runtime tells neither its work nor the memory of its arena; all of these stay 0. */
  @Override
  public SessionDescription describe() {
    return new SessionDescription(
        model,
        OnnxRuntimeEngine.NAME,
        device,
        inputs(),
        outputs(),
        modelBytes,
        0,
        0,
        0,
        0,
        0.0,
        0,
        0,
        List.of());
  }

  @Override
  public void close() {
    gate.close();
  }

  private void dispose() {
    watcher.shutdownNow();
    buffers.clear();
    try {
      session.close();
    } catch (OrtException e) {
      throw new GpuInferException("The session of " + model + " cannot be closed", e);
    }
  }
}
