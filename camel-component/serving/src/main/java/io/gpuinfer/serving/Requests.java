package io.gpuinfer.serving;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.admission.Admission;
import io.gpuinfer.serving.admission.Load;
import io.gpuinfer.serving.admission.WaitingLine;
import io.gpuinfer.serving.batch.Job;
import io.gpuinfer.serving.device.ServerThreads;
import java.time.Duration;

/**
 * The requests that are in a server: each comes in once and ends once, and its caller and the
 * listener are told. The server's lock guards it.
 */
final class Requests {

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(1);

  private final ServerConfig config;
  private final ServerThreads threads;
  private final ServerListener listener;
  private final ServerLock lock;
  private final WaitingLine line;
  private final Admission admission;
  private final Tally tally;
  private final StateKeeper keeper;
  private final Errors errors;
  private int inServer;

  Requests(
      ServerConfig config,
      ServerThreads threads,
      ServerListener listener,
      ServerLock lock,
      WaitingLine line,
      Admission admission,
      Tally tally,
      StateKeeper keeper,
      Errors errors) {
    this.config = config;
    this.threads = threads;
    this.listener = listener;
    this.lock = lock;
    this.line = line;
    this.admission = admission;
    this.tally = tally;
    this.keeper = keeper;
    this.errors = errors;
  }

  /** Requests that wait or run. */
  int count() {
    return inServer;
  }

  void admitted() {
    tally.admitted();
    inServer++;
  }

  void completed(Job job) {
    end(job, Outcome.COMPLETED, null, null);
  }

  /**
   * @param when the deadline passed
   */
  void expired(Job job, String when) {
    end(job, Outcome.EXPIRED, null, deadlineExceeded(when));
  }

  void failed(Job job, Failure why, GpuInferException cause) {
    end(job, Outcome.FAILED, why, cause);
  }

  private void end(Job job, Outcome outcome, Failure why, GpuInferException cause) {
    if (job.isEnded()) {
      return;
    }
    job.end();
    if (job.parts().size() > 1) {
      line.removeIf(part -> part.job() == job);
    }
    inServer--;
    long now = threads.nanoTime();
    Outcome actual = job.isCancelled() ? Outcome.CANCELLED : outcome;
    boolean failed = actual == Outcome.FAILED;
    long waited = job.queueNanos(now);
    tally.ended(actual, failed ? why : null, waited, now - job.submittedNanos());
    if (actual == Outcome.COMPLETED || actual == Outcome.EXPIRED) {
      admission.ended(job.priority(), job.expectedNanos(), now - job.submittedNanos(), now);
    }
    RequestReport report =
        new RequestReport(
            config.name(),
            config.version(),
            job.priority(),
            actual,
            failed ? why : null,
            actual == Outcome.CANCELLED ? null : cause,
            waited,
            now - job.submittedNanos());
    lock.later(() -> listener.requestEnded(report));
    if (cause == null) {
      lock.later(() -> threads.complete(() -> answer(job)));
    } else {
      lock.later(() -> threads.complete(() -> job.answer().completeExceptionally(cause)));
    }
  }

  private void answer(Job job) {
    try {
      job.answer().complete(job.result(config.version()));
    } catch (RuntimeException | Error e) {
      job.answer()
          .completeExceptionally(
              new GpuInferException("The answer of " + config.name() + " is unusable: " + e, e));
    }
  }

  void countRefused(Refusal why, Priority priority) {
    tally.refused(why);
    lock.later(() -> listener.requestRefused(config.name(), config.version(), priority, why));
  }

  /** Counts a refusal, and answers what the caller is told. */
  GpuInferException refused(Refusal why, Priority priority, Load load) {
    countRefused(why, priority);
    return switch (why) {
      case EXPIRED -> deadlineExceeded("passed before it was submitted");
      case CLOSED -> closed();
      case OFFLINE, RECOVERING -> offline();
      case QUEUE_FULL -> overloaded("finds the queue full, " + line.jobs() + " wait", load);
      case WORK_FULL -> overloaded("finds as much work queued as may be", load);
      case LIMIT -> overloaded("finds the device slow, and enough requests with it", load);
      case SHED -> overloaded("is of low priority, and all that wait have waited long", load);
      case HOPELESS -> overloaded("could not be answered before its deadline", load);
    };
  }

  GpuInferException closed() {
    return new GpuInferException("The server of " + config.name() + " is closed");
  }

  OverloadedException overloaded(String why, Load load) {
    long nanos = (long) admission.answerNanos(Priority.LOW, 0, 0, load);
    Duration retryAfter = Duration.ofNanos(Math.max(nanos, SHORTEST_RETRY.toNanos()));
    // Refusals have to be cheap: this is no place for formats.
    String message =
        "A request to "
            + config.name()
            + " "
            + why
            + "; try again in "
            + retryAfter.toMillis()
            + " ms";
    return new OverloadedException(message, retryAfter);
  }

  DeviceOfflineException offline() {
    String now =
        keeper.state() == ServerState.RECOVERING
            ? "has come back and takes few requests yet"
            : "is offline and being tried again";
    return new DeviceOfflineException(
        "The device of %s %s; it failed with: %s".formatted(config.name(), now, errors.last()),
        errors.lastStatus());
  }

  private DeadlineExceededException deadlineExceeded(String when) {
    return new DeadlineExceededException(
        "The deadline of a request to %s %s".formatted(config.name(), when));
  }
}
