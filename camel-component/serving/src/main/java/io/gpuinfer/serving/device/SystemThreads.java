package io.gpuinfer.serving.device;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The system's clock and threads. */
public final class SystemThreads implements ServerThreads {

  /** One for all servers: what it does takes microseconds. */
  private static final ScheduledThreadPoolExecutor TIMER = newTimer();

  private final Executor completions;

  /**
   * @param completions completes the answers
   */
  public SystemThreads(Executor completions) {
    this.completions = completions;
  }

  private static ScheduledThreadPoolExecutor newTimer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, work -> daemon(work, "gpu-infer timer"));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long epochMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public Runnable schedule(long delayNanos, Runnable action) {
    ScheduledFuture<?> scheduled = TIMER.schedule(action, delayNanos, TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public void complete(Runnable completion) {
    try {
      completions.execute(completion);
    } catch (RejectedExecutionException e) {
      // The executor was shut down before the server was; callers must hear of it all the same.
      ForkJoinPool.commonPool().execute(completion);
    }
  }

  @Override
  public DeviceThread newDeviceThread(String name) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> daemon(work, "gpu-infer " + name));
    return new DeviceThread() {
      @Override
      public <T> void execute(Supplier<T> work, Consumer<T> done) {
        executor.execute(() -> done.accept(work.get()));
      }

      @Override
      public void end() {
        executor.shutdown();
      }
    };
  }
}
