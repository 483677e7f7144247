package io.gpuinfer.tasks;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The calls of one task that are in progress. Their work runs on the task's workers, or at once;
 * whatever goes wrong in them ends the call with a {@link GpuInferException}.
 */
public final class Calls implements AutoCloseable {

  private static final Duration RETRY = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final String task;
  private final Executor workers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int inProgress;
  private boolean closing;

  public Calls(String task, Executor workers) {
    this.task = task;
    this.workers = workers;
  }

  /**
   * Starts a call on a worker.
   *
   * @param work what the call does; the stage it returns ends the call
   * @return completes as that stage does, its failure unwrapped
   */
  public <T> CompletableFuture<T> start(Supplier<? extends CompletionStage<T>> work) {
    return start(work, workers);
  }

  /** As {@link #start}, for work that takes less than to hand it to a worker: it is done here. */
  public <T> CompletableFuture<T> startHere(Supplier<? extends CompletionStage<T>> work) {
    return start(work, Runnable::run);
  }

  private <T> CompletableFuture<T> start(
      Supplier<? extends CompletionStage<T>> work, Executor executor) {
    if (!enter()) {
      return CompletableFuture.failedFuture(new GpuInferException("Task " + task + " is closed"));
    }
    CompletableFuture<T> call = new CompletableFuture<>();
    try {
      executor.execute(() -> run(work, call));
    } catch (RejectedExecutionException e) {
      leave();
      call.completeExceptionally(
          new OverloadedException("No worker is free for task " + task, RETRY));
    }
    return call;
  }

  /**
   * Performs a call and waits for its end.
   *
   * @throws GpuInferException when it fails
   */
  public <T> T await(Supplier<? extends CompletionStage<T>> work) {
    try {
      return start(work).join();
    } catch (CompletionException e) {
      throw typed(e);
    }
  }

  /** Takes each step after the one before it has ended; the first failure ends them all. */
  public static <T> CompletableFuture<Void> inTurn(
      List<T> items, Function<T, ? extends CompletionStage<?>> step) {
    CompletableFuture<Void> end = CompletableFuture.completedFuture(null);
    for (T item : items) {
      end = end.thenCompose(before -> step.apply(item).thenApply(after -> null));
    }
    return end;
  }

  /**
   * Takes a step for each item, so many at once: as may share a run, since all of a long list would
   * fill the queue by themselves.
   *
   * @return completes with what the steps answer, in the order of the items, or with a failure
   */
  public static <T, R> CompletableFuture<List<R>> together(
      List<T> items, int atOnce, Function<T, CompletableFuture<R>> step) {
    List<List<T>> parts = new ArrayList<>();
    for (int from = 0; from < items.size(); from += atOnce) {
      parts.add(items.subList(from, Math.min(items.size(), from + atOnce)));
    }
    List<R> results = new ArrayList<>();
    return inTurn(
            parts,
            part -> {
              List<CompletableFuture<R>> steps = part.stream().map(step).toList();
              return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new))
                  .thenRun(() -> steps.forEach(one -> results.add(one.join())));
            })
        .thenApply(end -> results);
  }

  /** Takes no more calls and waits for those in progress, but not for ever. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      long left = PATIENCE.toNanos();
      while (inProgress > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Only the wait is given up; the calls fail when their servers close.
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private <T> void run(Supplier<? extends CompletionStage<T>> work, CompletableFuture<T> call) {
    CompletionStage<T> stage;
    try {
      stage = work.get();
    } catch (RuntimeException | Error e) {
      stage = CompletableFuture.failedFuture(e);
    }
    stage.whenComplete(
        (value, failure) -> {
          leave();
          if (failure == null) {
            call.complete(value);
          } else {
            call.completeExceptionally(typed(failure));
          }
        });
  }

  private GpuInferException typed(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof GpuInferException known
        ? known
        : new GpuInferException("Task " + task + " failed: " + cause, cause);
  }

  private boolean enter() {
    lock.lock();
    try {
      if (!closing) {
        inProgress++;
      }
      return !closing;
    } finally {
      lock.unlock();
    }
  }

  private void leave() {
    lock.lock();
    try {
      inProgress--;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
