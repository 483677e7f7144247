package io.gpuinfer.serving;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Serves one loaded model: a bounded queue in front of one device worker.
 *
 * <p>Every request is answered exactly once, on the executor given for completions and never on the
 * device worker. A full queue refuses at once; a request that expired while it waited is never run.
 * After the device failed, requests are refused at once, but for one now and then that tries it.
 */
public final class ModelServer implements AutoCloseable {

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(1);

  private final ServerConfig config;
  private final InferenceSession session;
  private final Executor completions;
  private final LongSupplier clock;
  private final Thread worker;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrival = lock.newCondition();
  private final BoundedQueue<PendingRequest> queue;
  private final DeviceHealth health = new DeviceHealth();
  private final MovingAverage computeNanos = new MovingAverage();
  private final Tally tally = new Tally();
  private boolean closing;

  /**
   * Starts the device worker.
   *
   * @param session the loaded model; the server closes it
   * @param completions completes the answers
   * @param clock nanoseconds, as {@link System#nanoTime()} gives them
   */
  public ModelServer(
      ServerConfig config, InferenceSession session, Executor completions, LongSupplier clock) {
    this.config = config;
    this.session = session;
    this.completions = completions;
    this.clock = clock;
    this.queue = new BoundedQueue<>(config.queueCapacity());
    this.worker = new Thread(this::work, "gpu-infer " + config.name());
    worker.setDaemon(true);
    worker.start();
  }

  /**
   * Takes a request, or refuses it at once.
   *
   * @return completes exactly once: with the answer, or with {@link OverloadedException}, {@link
   *     DeadlineExceededException}, {@link DeviceOfflineException}, {@link InvalidInputException}
   *     or another {@link GpuInferException}. Cancelling it takes the request back.
   */
  public CompletableFuture<InferenceResult> submit(InferenceRequest request) {
    long now = clock.getAsLong();
    PendingRequest pending = new PendingRequest(request, new CompletableFuture<>(), now);
    lock.lock();
    try {
      GpuInferException refusal = admit(pending, now);
      if (refusal != null) {
        tally.rejected++;
        return CompletableFuture.failedFuture(refusal);
      }
      tally.admitted++;
      arrival.signal();
      return pending.answer();
    } finally {
      lock.unlock();
    }
  }

  public String name() {
    return config.name();
  }

  public String version() {
    return config.version();
  }

  /** How the model is served right now; {@code DEGRADED} while the queue is over half full. */
  public ServerState state() {
    lock.lock();
    try {
      boolean loaded = 2 * queue.size() > config.queueCapacity();
      return health.state() == ServerState.STABLE && loaded ? ServerState.DEGRADED : health.state();
    } finally {
      lock.unlock();
    }
  }

  /** Counts since the start, and what waits now. */
  public ServerCounts counts() {
    lock.lock();
    try {
      return tally.counts(queue.size());
    } finally {
      lock.unlock();
    }
  }

  /** What is loaded, what it costs, and where the last run was executed. */
  public SessionDescription describe() {
    return session.describe();
  }

  /** Takes no more requests, finishes those admitted, and closes the session. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      arrival.signal();
    } finally {
      lock.unlock();
    }
    try {
      worker.join();
    } catch (InterruptedException e) {
      // The worker finishes by itself; only the wait for it is given up.
      Thread.currentThread().interrupt();
    }
  }

  /** Queues a request, or says why not. */
  private GpuInferException admit(PendingRequest pending, long now) {
    if (closing) {
      return new GpuInferException("The server of " + config.name() + " is closed");
    }
    if (pending.isExpired(now)) {
      return expired("before it was submitted");
    }
    if (!health.admits(now)) {
      return health.refusal(config.name(), now);
    }
    Priority priority = pending.request().priority();
    if (!queue.offer(pending, priority)) {
      sweep(now);
      if (!queue.offer(pending, priority)) {
        return overloaded();
      }
    }
    health.admitted();
    return null;
  }

  private OverloadedException overloaded() {
    long nanos = (long) (computeNanos.mean() * queue.size());
    Duration retryAfter = Duration.ofNanos(Math.max(nanos, SHORTEST_RETRY.toNanos()));
    return new OverloadedException(
        "The queue of %s is full (%d requests wait); try again in %d ms"
            .formatted(config.name(), queue.size(), retryAfter.toMillis()),
        retryAfter);
  }

  /** Ends what waits in vain: requests that expired or were taken back. */
  private void sweep(long now) {
    for (PendingRequest gone : queue.removeIf(p -> p.isCancelled() || p.isExpired(now))) {
      discard(gone, now);
    }
  }

  private void discard(PendingRequest pending, long now) {
    health.inconclusive(now);
    fail(pending, expired("while it waited"));
  }

  private void work() {
    try {
      for (Batch batch = take(); batch != null; batch = take()) {
        serve(batch);
      }
    } finally {
      session.close();
    }
  }

  /** Waits for the next requests to run together; null when the server is closing and has none. */
  private Batch take() {
    lock.lock();
    try {
      while (true) {
        sweep(clock.getAsLong());
        if (!queue.isEmpty()) {
          Batch batch = new Batch(queue.poll());
          while (!queue.isEmpty() && batch.join(queue.peek(), config.maxBatchSize())) {
            queue.poll();
          }
          return batch;
        }
        if (closing) {
          return null;
        }
        arrival.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void serve(Batch batch) {
    long started = clock.getAsLong();
    try {
      RunResult run = session.execute(batch.inputs(), batch.options());
      answer(batch, batch.split(run.outputs()), run.execution(), started);
    } catch (DeviceOfflineException e) {
      goOffline(batch, e);
    } catch (InvalidInputException e) {
      isolate(batch, e);
    } catch (GpuInferException e) {
      failAll(batch, e);
    } catch (RuntimeException | Error e) {
      // The worker must outlive whatever a model or a driver throws, or all later requests hang.
      failAll(batch, new GpuInferException(config.name() + " could not be run: " + e, e));
    }
  }

  private void answer(
      Batch batch, List<Map<String, Tensor>> outputs, Execution execution, long started) {
    long compute = clock.getAsLong() - started;
    lock.lock();
    try {
      health.succeeded();
      computeNanos.add((double) compute / batch.size());
      for (int i = 0; i < batch.size(); i++) {
        PendingRequest pending = batch.requests().get(i);
        InferenceResult result =
            new InferenceResult(
                outputs.get(i),
                config.version(),
                batch.size(),
                started - pending.submittedNanos(),
                compute,
                execution);
        tally.count(pending, null);
        complete(() -> pending.answer().complete(result));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Fails the batch and all that waits: whoever waits for a broken device only wastes time. */
  private void goOffline(Batch batch, DeviceOfflineException failure) {
    lock.lock();
    try {
      long now = clock.getAsLong();
      health.failed(failure, now);
      batch.requests().forEach(pending -> fail(pending, failure));
      queue.removeIf(p -> true).forEach(p -> fail(p, health.refusal(config.name(), now)));
    } finally {
      lock.unlock();
    }
  }

  /** One bad request must not fail the others: each runs again by itself. */
  private void isolate(Batch batch, InvalidInputException refused) {
    if (batch.size() == 1) {
      failAll(batch, refused);
    } else {
      batch.requests().forEach(pending -> serve(new Batch(pending)));
    }
  }

  private void failAll(Batch batch, GpuInferException failure) {
    lock.lock();
    try {
      health.inconclusive(clock.getAsLong());
      batch.requests().forEach(pending -> fail(pending, failure));
    } finally {
      lock.unlock();
    }
  }

  private void fail(PendingRequest pending, GpuInferException failure) {
    tally.count(pending, failure);
    complete(() -> pending.answer().completeExceptionally(failure));
  }

  private void complete(Runnable completion) {
    try {
      completions.execute(completion);
    } catch (RejectedExecutionException e) {
      // The executor was shut down before the server was; callers must hear of it all the same.
      ForkJoinPool.commonPool().execute(completion);
    }
  }

  private DeadlineExceededException expired(String when) {
    return new DeadlineExceededException(
        "The deadline of a request to %s passed %s".formatted(config.name(), when));
  }
}
