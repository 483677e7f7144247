package io.gpuinfer.serving;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Devices that answer {@code y = x + 1} in virtual time, and fail, hang, slow down and compute
 * wrongly as a seed says.
 */
final class VirtualDevices {

  /** A row with this number is refused. */
  static final float POISON = -13;

  static final long MILLI = 1_000_000;

  private final VirtualThreads threads;
  private final Random random;

  /** Nanoseconds of a row, and of a run however few rows it has. */
  double perRow = 2.0 * MILLI;

  double perRun = 3.0 * MILLI;
  double failureRate;
  double hangRate;
  double wrongRate;
  double loadFailureRate;
  double slowness = 1;
  int open;
  int runs;

  VirtualDevices(VirtualThreads threads, long seed) {
    this.threads = threads;
    this.random = new Random(seed);
  }

  InferenceSession load() {
    if (random.nextDouble() < loadFailureRate) {
      threads.spend(20 * MILLI);
      throw new ModelLoadException("no luck this time");
    }
    open++;
    return new Session();
  }

  private boolean happens(double rate) {
    return random.nextDouble() < rate;
  }

  private final class Session implements InferenceSession {
    private boolean closed;

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
      return new DeviceInfo(0, "virtual", DeviceKind.ACCELERATOR, 1 << 30, 1 << 30, 1, "test");
    }

    @Override
    public RunResult execute(Map<String, Tensor> inputs, RunOptions options) {
      if (closed) {
        throw new AssertionError("A closed session was run");
      }
      runs++;
      Tensor x = inputs.get("x");
      double nanos = slowness * (perRow * x.dim(0) + perRun) * (0.9 + 0.2 * random.nextDouble());
      threads.spend((long) nanos);
      if (options.cancelled().getAsBoolean()
          || (options.deadlineNanos() != Long.MAX_VALUE
              && threads.nanoTime() - options.deadlineNanos() > 0)) {
        throw new DeadlineExceededException("too late");
      }
      if (happens(hangRate)) {
        threads.spend(happens(0.5) ? VirtualThreads.FOREVER : 100_000 * MILLI);
      } else if (happens(failureRate)) {
        throw new DeviceOfflineException("status -5 of a virtual device", -5);
      }
      float off = happens(wrongRate) ? 100 : 1;
      float[] y = x.toFloatArray();
      for (int i = 0; i < y.length; i++) {
        if (y[i] == POISON) {
          throw new InvalidInputException("a poisoned row");
        }
        y[i] += off;
      }
      long flops = 1000L * x.size();
      return new RunResult(
          Map.of("y", Tensor.wrap(y, x.shape())),
          new Execution(device(), 1, 1, flops, flops, x.size(), 1, 0, 1, (long) nanos, 1));
    }

    @Override
    public SessionDescription describe() {
      return new SessionDescription(
          "virtual", "test", device(), inputs(), outputs(), 0, 0, 0, 0, 0, 1, 0, 0, List.of());
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        open--;
      }
    }
  }
}
