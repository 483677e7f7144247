package io.gpuinfer.serving;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** A session whose runs are a function of the test's; it remembers what it was given. */
public final class FakeSession implements InferenceSession {

  public static final DeviceInfo DEVICE =
      new DeviceInfo(0, "fake", DeviceKind.ACCELERATOR, 1 << 20, 1 << 20, 1, "test");

  public final List<Map<String, Tensor>> runs = new CopyOnWriteArrayList<>();
  public final List<RunOptions> options = new CopyOnWriteArrayList<>();
  public volatile BiFunction<Map<String, Tensor>, RunOptions, Map<String, Tensor>> behaviour;
  public volatile Thread ranOn;
  public volatile boolean closed;

  public FakeSession() {
    behaviour = (inputs, bounds) -> Map.of("y", inputs.get("x"));
  }

  @Override
  public List<TensorInfo> inputs() {
    return List.of(TensorInfo.of("x", DataType.FLOAT32, -1, -1));
  }

  @Override
  public List<TensorInfo> outputs() {
    return List.of(TensorInfo.of("y", DataType.FLOAT32, -1, -1));
  }

  @Override
  public DeviceInfo device() {
    return DEVICE;
  }

  @Override
  public RunResult execute(Map<String, Tensor> inputs, RunOptions bounds) {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    ranOn = Thread.currentThread();
    runs.add(inputs);
    options.add(bounds);
    Map<String, Tensor> outputs = behaviour.apply(inputs, bounds);
    return new RunResult(outputs, new Execution(DEVICE, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0));
  }

  @Override
  public SessionDescription describe() {
    return new SessionDescription(
        "fake", "fake", DEVICE, inputs(), outputs(), 0, 0, 0, 0, 0, 1, 0, 0, List.of());
  }

  @Override
  public void close() {
    closed = true;
  }
}
