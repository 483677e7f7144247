package io.gpuinfer.component;

import io.gpuinfer.tasks.TaskResult;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * An exchange that waits for its answer, and is completed once by whoever comes first: the answer,
 * a failure or the deadline. What comes later touches nothing.
 */
final class PendingExchange {

  private final Exchange exchange;
  private final AsyncCallback callback;
  private final Executor exit;
  private final ObservedCall call;
  private final AtomicBoolean completed = new AtomicBoolean();

  /**
   * @param exit lets the route go on, on whichever thread and when that may be
   * @param call hears how it ended
   */
  PendingExchange(Exchange exchange, AsyncCallback callback, Executor exit, ObservedCall call) {
    this.exchange = exchange;
    this.callback = callback;
    this.exit = exit;
    this.call = call;
  }

  void answer(TaskResult result) {
    if (completed.compareAndSet(false, true)) {
      call.completed(result);
      resume(() -> write(result, exchange.getMessage()));
    }
  }

  void fail(Throwable failure) {
    if (completed.compareAndSet(false, true)) {
      call.failed(failure);
      resume(() -> exchange.setException(failure));
    }
  }

  private void resume(Runnable outcome) {
    exit.execute(
        () -> {
          outcome.run();
          callback.done(false);
        });
  }

  private static void write(TaskResult result, Message message) {
    message.setHeader(GpuInferConstants.DEVICE, result.device().name());
    message.setHeader(GpuInferConstants.MODEL_VERSION, result.modelVersion());
    message.setHeader(GpuInferConstants.BATCH_SIZE, result.batchSize());
    message.setHeader(GpuInferConstants.QUEUE_MILLIS, result.queueNanos() / 1e6);
    message.setHeader(GpuInferConstants.COMPUTE_MILLIS, result.computeNanos() / 1e6);
    message.setHeader(GpuInferConstants.TRANSFER_MILLIS, transferNanos(result) / 1e6);
    message.setHeader(GpuInferConstants.DEVICE_SHARE, result.execution().nodeShare());
    message.setHeader(GpuInferConstants.STATE, result.state());
    result
        .details()
        .forEach((name, told) -> message.setHeader(GpuInferConstants.PREFIX + name, told));
    message.setBody(result.value());
  }

  private static long transferNanos(TaskResult result) {
    return result.execution().inputNanos() + result.execution().outputNanos();
  }
}
