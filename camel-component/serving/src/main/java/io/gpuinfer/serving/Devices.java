package io.gpuinfer.serving;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.serving.admission.AdaptiveLimit;
import io.gpuinfer.serving.admission.WaitingLine;
import io.gpuinfer.serving.batch.Batch;
import io.gpuinfer.serving.batch.Part;
import io.gpuinfer.serving.device.Instance;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.device.ServerThreads;
import io.gpuinfer.serving.state.StateEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The instances of a server: watches what they run, gives up those that fail or hang, sets them up
 * anew, and tries them with canaries. The server's lock guards it.
 */
final class Devices {

  /** A batch may take this many times as long as expected before it counts as hung. */
  private static final int HANGS_AFTER = 10;

  /** Devices that a request may fail on before it is answered with that. */
  private static final int MOST_FAILED_RUNS = 2;

  private final ServerConfig config;
  private final ServerThreads threads;
  private final ServerLock lock;
  private final Alarm alarm;
  private final WaitingLine line;
  private final AdaptiveLimit limit;
  private final StateKeeper keeper;
  private final Errors errors;
  private final Requests requests;
  private final Runnable afterwards;
  private final List<Instance> instances = new ArrayList<>();
  private int open;
  private boolean closing;

  /**
   * @param afterwards looks for work for the devices, whenever something about them has changed
   */
  Devices(
      ServerConfig config,
      ServerThreads threads,
      ServerLock lock,
      Alarm alarm,
      WaitingLine line,
      AdaptiveLimit limit,
      StateKeeper keeper,
      Errors errors,
      Requests requests,
      Runnable afterwards) {
    this.config = config;
    this.threads = threads;
    this.lock = lock;
    this.alarm = alarm;
    this.line = line;
    this.limit = limit;
    this.keeper = keeper;
    this.errors = errors;
    this.requests = requests;
    this.afterwards = afterwards;
  }

  void add(Instance instance) {
    instances.add(instance);
    open++;
  }

  List<Instance> all() {
    return instances;
  }

  /** Instances that have not been given back. */
  int open() {
    return open;
  }

  /** Sees to it that a run that does not end is noticed. */
  void watchRun(Instance instance, double expectedNanos) {
    watch(instance, (long) Math.max(config.watchdog().toNanos(), HANGS_AFTER * expectedNanos));
  }

  private void watch(Instance instance, long patience) {
    int turn = instance.turn();
    alarm.watch(
        instance.index(),
        patience,
        () ->
            lock.locked(
                () -> {
                  if (instance.turn() == turn && !instance.isIdle()) {
                    hung(instance, patience);
                  }
                }));
  }

  private void hung(Instance instance, long patience) {
    DeviceOfflineException failure =
        new DeviceOfflineException(
            "%s did not answer within %d ms"
                .formatted(instance.device().name(), TimeUnit.NANOSECONDS.toMillis(patience)));
    Batch batch = instance.running();
    instance.hung(failure, () -> lock.locked(instance::hungCallReturned));
    lost(instance, batch, failure);
    afterwards.run();
  }

  /** A run told that the device does not work. */
  void failed(Instance instance, GpuInferException failure) {
    Batch batch = instance.running();
    instance.down(failure);
    lost(instance, batch, failure);
  }

  /** Sees to the requests of an instance that is down, and to the instance. */
  private void lost(Instance instance, Batch batch, GpuInferException failure) {
    errors.add(failure);
    boolean others = instances.stream().anyMatch(Instance::isWorking);
    List<Part> parts = new ArrayList<>(batch == null ? List.of() : batch.parts());
    instance.next().forEach(half -> parts.addAll(half.parts()));
    instance.next().clear();
    List<Part> again = new ArrayList<>();
    for (Part part : parts) {
      if (others && part.countFailedRun() < MOST_FAILED_RUNS && !part.job().isEnded()) {
        again.add(part);
      } else {
        requests.failed(part.job(), Failure.OFFLINE, failure);
      }
    }
    line.putBack(again);
    if (!others) {
      keeper.on(StateEvent.DEVICE_FAILED, failure.getMessage());
      line.removeIf(part -> true)
          .forEach(job -> requests.failed(job, Failure.OFFLINE, requests.offline()));
    }
    tryAgainLater(instance);
  }

  private void tryAgainLater(Instance instance) {
    if (!closing) {
      alarm.watch(
          instance.index(), instance.nextWait(), () -> lock.locked(() -> tryAgain(instance)));
    }
  }

  private void tryAgain(Instance instance) {
    if (!closing) {
      instance.rebuild((turn, rebuilt) -> lock.locked(() -> rebuilt(instance, turn, rebuilt)));
      watch(instance, HANGS_AFTER * config.watchdog().toNanos());
    }
  }

  private void rebuilt(Instance instance, int turn, Instance.Rebuilt rebuilt) {
    if (instance.turn() != turn) {
      if (rebuilt.session() != null) {
        rebuilt.session().close(); // it came after it was given up
      }
      return;
    }
    if (rebuilt.failure() != null) {
      errors.add(rebuilt.failure());
      instance.stillDown(rebuilt.failure());
      tryAgainLater(instance);
      return;
    }
    instance.back(rebuilt.session(), threads.nanoTime());
    if (rebuilt.canaryNanos() > 0) {
      instance.times().learnCanary(instance.canarySlowness(rebuilt.canaryNanos()));
    }
    keeper.on(StateEvent.DEVICE_BACK, instance.device().name() + " was set up anew and works");
    afterwards.run();
  }

  /** A run, or a canary, went as it should. */
  void proved(Instance instance) {
    limit.batchEnded(instance.times().slowness());
    keeper.clean();
    if (keeper.state() == ServerState.STABLE || keeper.state() == ServerState.DEGRADED) {
      instance.proven();
    }
  }

  /** Runs the canaries of those that have had nothing to do for long, or that are not well. */
  void tryCanaries() {
    long now = threads.nanoTime();
    for (Instance instance : instances) {
      boolean wanted =
          keeper.state() != ServerState.STABLE
              || (!config.canaryInterval().isZero()
                  && now - instance.freeSince() >= config.canaryInterval().toNanos());
      if (instance.isIdle() && line.isEmpty() && wanted) {
        tryCanary(instance);
      }
    }
  }

  private void tryCanary(Instance instance) {
    instance.runCanary((turn, outcome) -> lock.locked(() -> canaryEnded(instance, turn, outcome)));
    if (instance.isBusy()) {
      watch(instance, config.watchdog().toNanos());
    }
  }

  private void canaryEnded(Instance instance, int turn, Instance.Outcome outcome) {
    if (instance.turn() != turn) {
      return; // the watchdog has given it up
    }
    if (outcome.failure() instanceof DeviceOfflineException) {
      failed(instance, outcome.failure());
    } else {
      instance.free(threads.nanoTime());
      if (outcome.failure() == null) {
        instance.times().learnCanary(instance.canarySlowness(outcome.nanos()));
        proved(instance);
      } else {
        errors.add(outcome.failure());
      }
    }
    afterwards.run();
  }

  /** Sets nothing up any more. */
  void closing() {
    closing = true;
  }

  /** Gives back what has not been. */
  void close() {
    for (Instance instance : instances) {
      if (instance.status().phase() != InstanceStatus.Phase.CLOSED) {
        instance.close(
            () ->
                lock.locked(
                    () -> {
                      open--;
                      lock.signal();
                    }));
      }
    }
  }
}
