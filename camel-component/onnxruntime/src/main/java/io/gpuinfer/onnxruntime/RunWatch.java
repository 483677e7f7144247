package io.gpuinfer.onnxruntime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.RunOptions;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stops a run of ONNX Runtime whose deadline passes or whose caller gives up.
 *
 * <p>ONNX Runtime looks between two nodes whether it was told to stop, so a run ends with the node
 * it is in.
 */
final class RunWatch implements AutoCloseable {

  private static final long POLL_MILLIS = 2;

  private final RunOptions options;
  private final OrtSession.RunOptions handle;
  private final Future<?> polling;
  private boolean closed;

  RunWatch(RunOptions options, ScheduledExecutorService scheduler) throws OrtException {
    this.options = options;
    this.handle = new OrtSession.RunOptions();
    this.handle.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    this.polling =
        scheduler.scheduleWithFixedDelay(
            this::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** What ONNX Runtime is given with the run. */
  OrtSession.RunOptions handle() {
    return handle;
  }

  /**
   * @throws DeadlineExceededException when the deadline passed or the run was cancelled
   */
  static void throwIfDue(RunOptions options) {
    if (options.cancelled().getAsBoolean()) {
      throw new DeadlineExceededException("The run was cancelled");
    }
    if (isPast(options)) {
      throw new DeadlineExceededException("The deadline of the run passed");
    }
  }

  private static boolean isPast(RunOptions options) {
    return options.deadlineNanos() != Long.MAX_VALUE
        && options.deadlineNanos() - System.nanoTime() <= 0;
  }

  // Synchronised with close(): the handle is native memory, and must not be written to once freed.
  private synchronized void poll() {
    if (closed || !(options.cancelled().getAsBoolean() || isPast(options))) {
      return;
    }
    try {
      handle.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot be told to stop", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    polling.cancel(false);
    handle.close();
  }
}
