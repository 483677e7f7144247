package io.gpuinfer.engine.opencl;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.RunOptions;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends a run whose deadline passes or whose caller gives up: asked between native calls, and at the
 * deadline also between the passes of the call in progress.
 */
final class RunWatch implements AutoCloseable {

  private static final ScheduledExecutorService CLOCK =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "gpu-infer deadlines");
            thread.setDaemon(true);
            return thread;
          });

  private final RunOptions run;
  private final Future<?> alarm;

  private RunWatch(RunOptions run, Future<?> alarm) {
    this.run = run;
    this.alarm = alarm;
  }

  static RunWatch over(RunOptions run, PassRunner runner) {
    if (run.deadlineNanos() == Long.MAX_VALUE) {
      return new RunWatch(run, null);
    }
    long left = run.deadlineNanos() - System.nanoTime();
    return new RunWatch(run, CLOCK.schedule(runner::cancel, left, TimeUnit.NANOSECONDS));
  }

  /**
   * @throws DeadlineExceededException when the run should not go on, or was ended by the alarm
   */
  void check(String model) {
    if (run.cancelled().getAsBoolean()) {
      throw new DeadlineExceededException("The run of '" + model + "' was cancelled");
    }
    if (run.deadlineNanos() != Long.MAX_VALUE && System.nanoTime() - run.deadlineNanos() >= 0) {
      throw new DeadlineExceededException("The deadline passed while '" + model + "' was running");
    }
  }

  @Override
  public void close() {
    if (alarm != null) {
      alarm.cancel(false);
    }
  }
}
