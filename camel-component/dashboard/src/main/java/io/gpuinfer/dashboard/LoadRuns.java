package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The load run that is going on, or was the latest: there is one at a time. */
final class LoadRuns implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofSeconds(29);

  private final Entrances entrances;
  private final Clock clock;
  private final ScheduledExecutorService threads;
  private LoadRun latest;
  private Future<?> running;
  private Future<?> timer;

  LoadRuns(Entrances entrances, Clock clock) {
    this.entrances = entrances;
    this.clock = clock;
    // One runs it, the other one sees to it that it ends.
    this.threads =
        Executors.newScheduledThreadPool(
            2,
            task -> {
              Thread own = new Thread(task, "gpu-infer-load");
              own.setDaemon(true);
              return own;
            });
  }

  /**
   * Starts a run.
   *
   * @param bodies sent in turn
   * @throws Refusal when one is going on
   */
  synchronized LoadReport start(ServedModel model, List<Object> bodies) {
    if (latest != null && latest.isRunning()) {
      throw Refusal.running(
          "A load is running on %s; wait for its end, or cancel it"
              .formatted(latest.report().model()));
    }
    LoadRun run = new LoadRun(model.id(), entrances.endpoint(model), bodies, clock);
    latest = run;
    Future<?> thread = threads.submit(run);
    running = thread;
    timer =
        threads.schedule(
            () -> {
              run.end(LoadReport.State.FAILED, "It took longer than a load may");
              thread.cancel(true);
            },
            LONGEST.toMillis(),
            TimeUnit.MILLISECONDS);
    return run.report();
  }

  synchronized LoadReport report() {
    return latest == null ? LoadReport.NONE : latest.report();
  }

  /** Calls off the run that is going on, if there is one. */
  synchronized void cancel() {
    if (latest != null) {
      latest.end(LoadReport.State.CANCELLED, null);
      running.cancel(true);
      timer.cancel(false);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
