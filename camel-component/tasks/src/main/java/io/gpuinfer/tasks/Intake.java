package io.gpuinfer.tasks;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.MovingAverage;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.admission.BoundedQueue;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiPredicate;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * Lets a few calls work at once while a bounded number wait: work that holds much memory, such as a
 * decoded picture, must not begin before there is something to do with it.
 */
public final class Intake {

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(1);

  private final String task;
  private final int atOnce;
  private final Executor workers;
  private final LongSupplier clock;
  private final BoundedQueue<Waiting<?>> queue;
  private final MovingAverage workNanos = new MovingAverage();
  private int active;

  /**
   * @param atOnce calls that may work at the same time
   * @param capacity calls that may wait
   * @param workers run the work
   * @param clock nanoseconds, as {@link System#nanoTime()} gives them
   */
  public Intake(String task, int atOnce, int capacity, Executor workers, LongSupplier clock) {
    this.task = task;
    this.atOnce = atOnce;
    this.workers = workers;
    this.clock = clock;
    this.queue = new BoundedQueue<>(capacity);
  }

  /** A call, its work, and the promise of its end. */
  private record Waiting<T>(
      TaskCall call,
      LongFunction<? extends CompletionStage<T>> work,
      CompletableFuture<T> end,
      long since) {}

  /**
   * Starts a call's work on a worker as soon as there is room.
   *
   * @param work is given the nanoseconds waited; the stage it returns ends the call
   * @return completes as that stage does, or with {@link OverloadedException} at once, or with
   *     {@link DeadlineExceededException} when the deadline passed while waiting
   */
  public <T> CompletableFuture<T> admit(
      TaskCall call, LongFunction<? extends CompletionStage<T>> work) {
    return enter(call, work, queue::offer);
  }

  /**
   * As {@link #admit}, for more work of a call that was admitted: it waits even where the queue is
   * full, so that what was done of the call is not lost. The call bounds how much of it waits.
   */
  public <T> CompletableFuture<T> admitMore(
      TaskCall call, LongFunction<? extends CompletionStage<T>> work) {
    return enter(
        call,
        work,
        (waiting, priority) -> {
          queue.add(waiting, priority);
          return true;
        });
  }

  private <T> CompletableFuture<T> enter(
      TaskCall call,
      LongFunction<? extends CompletionStage<T>> work,
      BiPredicate<Waiting<?>, Priority> entry) {
    Waiting<T> waiting = new Waiting<>(call, work, new CompletableFuture<>(), clock.getAsLong());
    synchronized (this) {
      if (!entry.test(waiting, call.priority())) {
        return CompletableFuture.failedFuture(overloaded());
      }
    }
    startNext();
    return waiting.end;
  }

  private synchronized OverloadedException overloaded() {
    long nanos = (long) (workNanos.mean() * queue.size() / atOnce);
    Duration retryAfter = Duration.ofNanos(Math.max(nanos, SHORTEST_RETRY.toNanos()));
    return new OverloadedException(
        "Task %s is busy (%d calls wait); try again in %d ms"
            .formatted(task, queue.size(), retryAfter.toMillis()),
        retryAfter);
  }

  /** Starts the next call if there is room; what expired while it waited is ended on the way. */
  private void startNext() {
    for (Waiting<?> next = takeNext(); next != null; next = takeNext()) {
      if (!next.call.isExpired(clock.getAsLong())) {
        start(next);
        return;
      }
      next.end.completeExceptionally(
          new DeadlineExceededException(
              "The deadline of a call of task " + task + " passed while it waited"));
      leave();
    }
  }

  private synchronized Waiting<?> takeNext() {
    if (active == atOnce || queue.isEmpty()) {
      return null;
    }
    active++;
    return queue.poll();
  }

  private synchronized void leave() {
    active--;
  }

  private <T> void start(Waiting<T> next) {
    try {
      workers.execute(() -> work(next));
    } catch (RejectedExecutionException e) {
      leave();
      next.end.completeExceptionally(overloaded());
    }
  }

  private <T> void work(Waiting<T> next) {
    long started = clock.getAsLong();
    CompletionStage<T> stage;
    try {
      stage = next.work.apply(started - next.since);
    } catch (RuntimeException | Error e) {
      stage = CompletableFuture.failedFuture(e);
    }
    stage.whenComplete(
        (value, failure) -> {
          synchronized (this) {
            workNanos.add(clock.getAsLong() - started);
          }
          leave();
          if (failure == null) {
            next.end.complete(value);
          } else {
            next.end.completeExceptionally(failure);
          }
          startNext();
        });
  }
}
