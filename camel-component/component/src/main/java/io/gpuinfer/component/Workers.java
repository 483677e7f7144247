package io.gpuinfer.component;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * The threads of one component, from Camel's own manager.
 *
 * <p>Two pools, because a route that goes on after an answer may wait for the next answer (a
 * circuit breaker does): were both on one pool, the waiting could take every thread that answers
 * need.
 */
final class Workers {

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Threads that routes go on in; they may block there, so there are many more than cores. */
  static final int MOST_ROUTE_THREADS = 256;

  private final ExecutorServiceManager manager;
  private final ExecutorService tasks;
  private final ExecutorService routes;
  private final ScheduledExecutorService timer;

  Workers(ExecutorServiceManager manager, Object owner) {
    this.manager = manager;
    // Refuses nothing while it runs, so that an answer never has to be finished by the device's
    // thread. What waits here is bounded by the requests that may be under way.
    tasks =
        manager.newThreadPool(
            owner,
            "GpuInferTask",
            new ThreadPoolProfileBuilder("GpuInferTask")
                .poolSize(CORES)
                .maxPoolSize(CORES)
                .maxQueueSize(Integer.MAX_VALUE)
                .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                .build());
    // No queue: a route waits for no other.
    routes =
        manager.newThreadPool(
            owner,
            "GpuInferRoute",
            new ThreadPoolProfileBuilder("GpuInferRoute")
                .poolSize(CORES)
                .maxPoolSize(MOST_ROUTE_THREADS)
                .maxQueueSize(0)
                .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                .build());
    timer =
        manager.newScheduledThreadPool(
            owner,
            "GpuInferDeadline",
            new ThreadPoolProfileBuilder("GpuInferDeadline")
                .poolSize(1)
                .maxQueueSize(-1)
                .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
                .build());
  }

  /** Runs what belongs to a request but to neither device nor route: tokenizing, decoding. */
  Executor tasks() {
    return tasks;
  }

  /** Lets a route go on, on a thread of its own. */
  void resume(Runnable route) {
    try {
      routes.execute(route);
    } catch (RejectedExecutionException e) {
      // All threads are taken, or shut down. The exchange must end all the same, and the
      // thread that brings an answer is never the device's.
      route.run();
    }
  }

  /** Does something after a while, unless the answer is cancelled before. */
  Future<?> after(Duration delay, Runnable action) {
    return timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  void shutdown() {
    manager.shutdownNow(timer);
    manager.shutdownGraceful(routes);
    manager.shutdownGraceful(tasks);
  }
}
