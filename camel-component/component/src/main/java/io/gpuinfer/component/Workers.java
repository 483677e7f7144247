package io.gpuinfer.component;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * The threads of one component, from Camel's own manager.
 *
 * <p>Tasks and routes have pools of their own, because a route that goes on after an answer may
 * wait for the next answer (a circuit breaker does): were both on one pool, the waiting could take
 * every thread that answers need.
 */
final class Workers {

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Threads that routes go on in; they may block there, so there are many more than cores. */
  static final int MOST_ROUTE_THREADS = 256;

  /** Changes of versions that go on at a time, and closings of those that were replaced. */
  private static final int MOST_CONTROL_THREADS = 64;

  /** To Camel's timer; its default would refuse the deadline of the thousandth request. */
  private static final int UNBOUNDED = -1;

  private final ExecutorServiceManager manager;
  private final Object owner;
  private final ExecutorService tasks;
  private final ExecutorService routes;
  private final ExecutorService control;
  private final ScheduledExecutorService timer;
  private ScheduledExecutorService watching;

  /** Whether this thread brings an answer whose route has not gone on yet. */
  private final ThreadLocal<Boolean> bringing = ThreadLocal.withInitial(() -> false);

  Workers(ExecutorServiceManager manager, Object owner) {
    this.manager = manager;
    this.owner = owner;
    // Refuses nothing while it runs, so that an answer never has to be finished by the device's
    // thread. What waits here is bounded by the requests that may be under way.
    tasks =
        manager.newThreadPool(
            owner, "GpuInferTask", profile("GpuInferTask", CORES, CORES, Integer.MAX_VALUE));
    // No queue: a route waits for no other.
    routes =
        manager.newThreadPool(
            owner, "GpuInferRoute", profile("GpuInferRoute", CORES, MOST_ROUTE_THREADS, 0));
    // No queue either: a change waits for what it replaces to be closed, on another of them.
    control =
        manager.newThreadPool(
            owner, "GpuInferControl", profile("GpuInferControl", 1, MOST_CONTROL_THREADS, 0));
    timer =
        manager.newScheduledThreadPool(
            owner, "GpuInferDeadline", profile("GpuInferDeadline", 1, 1, UNBOUNDED));
  }

  private static ThreadPoolProfile profile(String id, int threads, int mostThreads, int queue) {
    ThreadPoolProfile profile = new ThreadPoolProfile(id);
    profile.setPoolSize(threads);
    profile.setMaxPoolSize(Math.max(threads, mostThreads));
    profile.setMaxQueueSize(queue);
    profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
    return profile;
  }

  /** Runs what takes long but belongs to neither device nor route: decoding pictures. */
  Executor tasks() {
    return tasks;
  }

  /** Runs what blocks for seconds: loading and closing models. It refuses when all are busy. */
  Executor control() {
    return control;
  }

  /** A thread that looks at files now and then, and waits for what that leads to. */
  synchronized ScheduledExecutorService watching() {
    if (watching == null) {
      watching = manager.newSingleThreadScheduledExecutor(owner, "GpuInferWatch");
    }
    return watching;
  }

  /** Runs what follows the device, where it is short, and then the rest of the route. */
  Executor answers() {
    return this::bring;
  }

  private void bring(Runnable answer) {
    try {
      routes.execute(
          () -> {
            bringing.set(true);
            try {
              answer.run();
            } finally {
              bringing.set(false);
            }
          });
    } catch (RejectedExecutionException e) {
      // As many routes are blocked as there are threads. Answers must not wait for them.
      tasks.execute(answer);
    }
  }

  /**
   * Lets a route go on, on a thread of its own: on this one, if it brings the answer and has
   * nothing else to do.
   */
  void resume(Runnable route) {
    if (bringing.get()) {
      bringing.set(false);
      route.run();
      return;
    }
    try {
      routes.execute(route);
    } catch (RejectedExecutionException e) {
      // All threads are taken, or shut down. The exchange must end all the same, and the
      // thread that brings an answer is never the device's.
      route.run();
    }
  }

  /**
   * Does something after a while, unless the answer is cancelled before, or these workers are shut
   * down.
   */
  Future<?> after(Duration delay, Runnable action) {
    try {
      return timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(null);
    }
  }

  synchronized void shutdown() {
    if (watching != null) {
      manager.shutdownNow(watching);
    }
    manager.shutdownNow(timer);
    manager.shutdownGraceful(routes);
    manager.shutdownGraceful(control);
    manager.shutdownGraceful(tasks);
  }
}
