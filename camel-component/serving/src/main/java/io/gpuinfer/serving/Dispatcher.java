package io.gpuinfer.serving;

import io.gpuinfer.serving.admission.AdaptiveLimit;
import io.gpuinfer.serving.admission.CoDel;
import io.gpuinfer.serving.admission.WaitingLine;
import io.gpuinfer.serving.batch.Batch;
import io.gpuinfer.serving.batch.BatchFormer;
import io.gpuinfer.serving.batch.DispatchRule;
import io.gpuinfer.serving.batch.Job;
import io.gpuinfer.serving.batch.Part;
import io.gpuinfer.serving.batch.WorkEstimate;
import io.gpuinfer.serving.device.Instance;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Picks what a device runs next, and what is not worth running. Its owner guards it. */
final class Dispatcher {

  private final ServerConfig config;
  private final WaitingLine line;
  private final CoDel codel;
  private final WorkEstimate estimate;
  private final DispatchRule rule;

  Dispatcher(ServerConfig config, WaitingLine line, CoDel codel, WorkEstimate estimate) {
    this.config = config;
    this.line = line;
    this.codel = codel;
    this.estimate = estimate;
    this.rule = new DispatchRule(config.maxBatchDelay());
  }

  /**
   * A request comes, which does not wait yet.
   *
   * @param idle whether a device has nothing to do
   */
  void arrives(boolean idle, long now) {
    rule.arrived(now);
    if (idle && line.isEmpty()) {
      rule.free(now);
    }
  }

  /** A device has finished what it ran. */
  void free(long now) {
    rule.free(now);
  }

  /**
   * Takes the next batch for an idle device out of the line; null when there is nothing to run, or
   * waiting for more pays. Then the alarm is set.
   *
   * @param hurry never to wait for more
   */
  Batch next(Instance instance, boolean hurry, Alarm alarm, long now) {
    if (line.isEmpty()) {
      codel.emptied();
      return null;
    }
    BatchFormer former = new BatchFormer(config.maxBatchSize(), estimate, instance.times());
    Batch batch = former.form(line.parts(), now);
    if (!hurry && !former.isComplete(batch)) {
      double work = estimate.of(batch);
      long start = rule.startBy(batch, work, instance.times(), now);
      if (start - now > 0) {
        alarm.at(start);
        return null;
      }
    }
    line.removeAll(batch.parts());
    for (Part part : batch.parts()) {
      codel.taken(now - part.job().submittedNanos(), instance.times().meanNanos(), now);
    }
    return batch;
  }

  /**
   * Takes out requests that could not be answered in time if they ran at once. The last that waits
   * is run all the same: what a device is expected to take may have become wrong, and it is learnt
   * from runs alone.
   */
  List<Job> hopeless(Instance instance, long now) {
    if (line.jobs() < 2) {
      return List.of();
    }
    int[] left = {line.jobs()};
    return line.removeIf(
        part -> {
          long deadline = part.job().request().deadlineNanos();
          double takes = instance.times().line().nanos(estimate.of(part));
          boolean hopeless =
              left[0] > 1 && deadline != Long.MAX_VALUE && now + (long) takes - deadline > 0;
          left[0] -= hopeless ? 1 : 0;
          return hopeless;
        });
  }

  /** Takes out requests that have waited for too long in a queue that does not get shorter. */
  List<Job> stale(long now) {
    if (!codel.isOverloaded() || line.jobs() < 2) {
      return List.of();
    }
    return line.removeIf(
        part ->
            part.job().priority() != Priority.HIGH
                && now - part.job().submittedNanos() > codel.patience());
  }

  /** Nanoseconds until a device has finished what it runs, as far as that can be expected. */
  double untilFree(Instance instance, long now) {
    Batch batch = instance.running();
    if (batch == null) {
      return instance.isIdle() ? 0 : 1;
    }
    double left = instance.times().expected(batch) - (now - instance.runningSince());
    for (Batch next : instance.next()) {
      left += instance.times().expected(next);
    }
    return Math.max(1, left);
  }

  /** What makes serving hard; empty when nothing does. */
  Optional<String> strain(List<Instance> instances) {
    for (Instance instance : instances) {
      if (!instance.isWorking()) {
        return Optional.of(
            "instance %d on %s is down".formatted(instance.index(), instance.device().name()));
      }
      double slowness = instance.times().slowness();
      if (slowness > AdaptiveLimit.SLOW) {
        return Optional.of(
            String.format(
                Locale.ROOT,
                "batches on %s take %.1f times as long as before",
                instance.device().name(),
                slowness));
      }
    }
    if (codel.isOverloaded()) {
      return Optional.of("all requests wait for long: more is asked for than can be done");
    }
    return 2 * line.jobs() > config.queueCapacity()
        ? Optional.of("the queue is over half full: " + line.jobs() + " requests wait")
        : Optional.empty();
  }
}
