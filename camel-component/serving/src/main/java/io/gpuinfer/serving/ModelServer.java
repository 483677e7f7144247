package io.gpuinfer.serving;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.ServerStatistics.BatchTime;
import io.gpuinfer.serving.admission.AdaptiveLimit;
import io.gpuinfer.serving.admission.Admission;
import io.gpuinfer.serving.admission.CoDel;
import io.gpuinfer.serving.admission.Load;
import io.gpuinfer.serving.admission.WaitingLine;
import io.gpuinfer.serving.batch.Batch;
import io.gpuinfer.serving.batch.Form;
import io.gpuinfer.serving.batch.Job;
import io.gpuinfer.serving.batch.Part;
import io.gpuinfer.serving.batch.WorkEstimate;
import io.gpuinfer.serving.device.Instance;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.device.ServerThreads;
import io.gpuinfer.serving.device.SessionLoader;
import io.gpuinfer.serving.state.StateChange;
import io.gpuinfer.serving.state.StateEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one model on one or more devices.
 *
 * <p>The way of a request: admission, queue, batch, device, answer. It is answered exactly once, by
 * the threads given for completions and never by a device's. It may be refused at once; once
 * admitted, it waits no longer than its deadline.
 *
 * <p>When a device fails, what it ran is run by another one; without another, requests are refused
 * until the device was set up anew and gives the right answer to a canary.
 *
 * <p>All that changes is guarded by one lock. What others are told is told after it was left.
 */
public final class ModelServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ModelServer.class);

  private static final Duration SHORTEST_RETRY = Duration.ofMillis(1);
  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(60);

  /** A full queue is looked through no more often, so that refusals are cheap. */
  private static final long SWEEP_AGAIN = Duration.ofMillis(1).toNanos();

  /** A batch may take this many times as long as expected before it counts as hung. */
  private static final int HANGS_AFTER = 10;

  /** Devices that a request may fail on before it is answered with that. */
  private static final int MOST_FAILED_RUNS = 2;

  private final ServerConfig config;
  private final ServerThreads threads;
  private final ServerListener listener;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();
  private final WorkEstimate estimate = new WorkEstimate();
  private final CoDel codel = new CoDel();
  private final Tally tally = new Tally();
  private final Errors errors;
  private final StateKeeper keeper;
  private final WaitingLine line;
  private final AdaptiveLimit limit;
  private final Admission admission;
  private final List<Instance> instances = new ArrayList<>();
  private final Dispatcher dispatcher;
  private final Alarm alarm;

  private List<Runnable> later = new ArrayList<>();
  private long swept;
  private int inServer;
  private int open;
  private boolean closing;

  /**
   * Loads the model on each of its devices and tries it there.
   *
   * @param loaders one for each instance, the one that is to get work first at the beginning
   * @throws GpuInferException when one of them cannot load the model
   */
  public ModelServer(
      ServerConfig config,
      List<SessionLoader> loaders,
      ServerThreads threads,
      ServerListener listener) {
    this.config = config;
    this.threads = threads;
    this.listener = listener;
    this.errors = new Errors(threads);
    this.keeper = new StateKeeper(config, threads);
    this.line = new WaitingLine(config.queueCapacity(), estimate);
    int running = config.maxBatchSize() * loaders.size();
    // However slow a device is, its batches need not be small: as many wait as run.
    this.limit = new AdaptiveLimit(2 * running, config.queueCapacity() + running);
    this.admission = new Admission(line, config.queueWork(), limit, codel);
    this.dispatcher = new Dispatcher(config, line, codel, estimate);
    this.alarm = new Alarm(threads, () -> locked(this::wake));
    try {
      for (SessionLoader loader : loaders) {
        instances.add(Instance.start(instances.size(), config.name(), loader, threads, estimate));
      }
    } catch (RuntimeException | Error e) {
      instances.forEach(instance -> instance.close(() -> {}));
      throw e;
    }
    swept = threads.nanoTime() - SWEEP_AGAIN;
    open = instances.size();
    locked(() -> alarm.at(nextLook()));
  }

  /**
   * Takes a request, or refuses it at once.
   *
   * @return completes exactly once: with the answer, or with {@link OverloadedException}, {@link
   *     DeadlineExceededException}, {@link DeviceOfflineException}, {@link InvalidInputException}
   *     or another {@link GpuInferException}. Cancelling it takes the request back.
   */
  public CompletableFuture<InferenceResult> submit(InferenceRequest request) {
    Form form = Form.of(request.inputs(), config.padding());
    Job job = new Job(request, form, threads.nanoTime(), config.maxBatchSize());
    GpuInferException refusal = locked(() -> admit(job));
    return refusal == null ? job.answer() : CompletableFuture.failedFuture(refusal);
  }

  /**
   * Refuses a request that is not worth being prepared, as {@link #submit} would; it counts as
   * refused then.
   *
   * @throws GpuInferException as {@link #submit} would tell
   */
  public void requireRoom(Priority priority, long deadlineNanos) {
    GpuInferException refusal = locked(() -> refusal(priority, 0, 1, deadlineNanos));
    if (refusal != null) {
      throw refusal;
    }
  }

  public String name() {
    return config.name();
  }

  public String version() {
    return config.version();
  }

  /** How the model is served right now. */
  public ServerState state() {
    return locked(keeper::state);
  }

  /** The latest changes of the state, the oldest first. */
  public List<StateChange> history() {
    return locked(keeper::history);
  }

  /** The latest errors, the oldest first. */
  public List<ServerError> errors() {
    return locked(errors::latest);
  }

  /** Counts since the start, and what waits now. */
  public ServerCounts counts() {
    return locked(() -> tally.counts(line.jobs()));
  }

  /** What it has done since the start, and what it is doing. */
  public ServerStatistics statistics() {
    return locked(
        () ->
            tally.statistics(
                line.jobs(), instances.get(0).times().line(), line.work(), limit.limit()));
  }

  /** How each of its instances is. */
  public List<InstanceStatus> instances() {
    return locked(() -> instances.stream().map(Instance::status).toList());
  }

  /** What is loaded, what it costs, and where the last run was executed; of the first instance. */
  public SessionDescription describe() {
    return locked(() -> instances.get(0).session()).describe();
  }

  /** Takes no more requests; finishes those admitted, and then gives the devices back. */
  public void shutdown() {
    locked(
        () -> {
          closing = true;
          pump();
        });
  }

  /** Shuts down, and waits until everything is given back, but not for ever. */
  @Override
  public void close() {
    shutdown();
    awaitClosed(PATIENCE_AT_CLOSE.toNanos());
    locked(this::giveUp);
  }

  private void awaitClosed(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (open > 0 && left > 0) {
        left = closed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // It closes by itself; only the wait for it is given up.
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Ends what a device that never comes back still has. */
  private void giveUp() {
    GpuInferException gone = new GpuInferException("The server of " + config.name() + " is closed");
    List<Job> left = new ArrayList<>(line.removeIf(part -> true));
    for (Instance instance : instances) {
      instance.parts().forEach(part -> left.add(part.job()));
      instance.next().clear();
    }
    left.forEach(job -> fail(job, Failure.ERROR, gone));
    pump();
  }

  // Admission.

  private GpuInferException admit(Job job) {
    double work = 0;
    int rows = 0;
    for (Part part : job.parts()) {
      work += estimate.of(part);
      rows += part.rows();
    }
    long deadline = job.request().deadlineNanos();
    GpuInferException refusal = refusal(job.priority(), work, rows, deadline);
    if (refusal != null) {
      return refusal;
    }
    for (Job shed : admission.makeRoom(job.priority(), work, inServer)) {
      fail(shed, Failure.OVERLOADED, overloaded("had to make room for a higher priority", load()));
    }
    Load load = load();
    long now = load.now();
    job.admitted(admission.answerNanos(job.priority(), work, rows, load));
    tally.admitted();
    inServer++;
    codel.admitted(left(deadline, now));
    dispatcher.arrives(instances.stream().anyMatch(Instance::isIdle), now);
    line.add(job);
    pump();
    alarm.at(deadline);
    strain();
    return null;
  }

  /** Why a request is not taken; null when it is. */
  private GpuInferException refusal(Priority priority, double work, int rows, long deadline) {
    long now = threads.nanoTime();
    long left = left(deadline, now);
    Load load = load();
    if (closing) {
      return refused(Refusal.CLOSED, priority, load);
    }
    Optional<Refusal> refusal = admission.refusal(priority, work, rows, left, load);
    if (refusal.isPresent() && line.isFull() && now - swept >= SWEEP_AGAIN) {
      swept = now;
      sweep(now);
      load = load();
      refusal = admission.refusal(priority, work, rows, left, load);
    }
    return refusal.isPresent() ? refused(refusal.get(), priority, load) : null;
  }

  private GpuInferException refused(Refusal why, Priority priority, Load load) {
    tally.refused(why);
    later.add(() -> listener.requestRefused(config.name(), config.version(), priority, why));
    return switch (why) {
      case EXPIRED -> expired("before it was submitted");
      case CLOSED -> new GpuInferException("The server of " + config.name() + " is closed");
      case OFFLINE, RECOVERING -> offline();
      case QUEUE_FULL -> overloaded("finds the queue full, " + line.jobs() + " wait", load);
      case WORK_FULL -> overloaded("finds as much work queued as may be", load);
      case LIMIT -> overloaded("finds the device slow, and enough requests with it", load);
      case SHED -> overloaded("is of low priority, and all that wait have waited long", load);
      case HOPELESS -> overloaded("could not be answered before its deadline", load);
    };
  }

  private OverloadedException overloaded(String why, Load load) {
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

  private DeviceOfflineException offline() {
    String now =
        keeper.state() == ServerState.RECOVERING
            ? "has come back and takes few requests yet"
            : "is offline and being tried again";
    return new DeviceOfflineException(
        "The device of %s %s; it failed with: %s".formatted(config.name(), now, errors.last()),
        errors.lastStatus());
  }

  private DeadlineExceededException expired(String when) {
    return new DeadlineExceededException(
        "The deadline of a request to %s passed %s".formatted(config.name(), when));
  }

  private Load load() {
    int devices = 0;
    double perWork = 0;
    double perBatch = 0;
    double free = Double.MAX_VALUE;
    long now = threads.nanoTime();
    for (Instance instance : instances) {
      if (instance.isWorking()) {
        devices++;
        BatchTime best = instance.times().atBest();
        perWork += best.nanosPerWork();
        perBatch += best.nanosPerBatch();
        free = Math.min(free, dispatcher.untilFree(instance, now));
      }
    }
    int all = Math.max(1, devices);
    int rows = config.maxBatchSize();
    return new Load(
        keeper.state(),
        inServer,
        keeper.most(),
        perWork / all,
        perBatch / all,
        rows,
        all,
        devices == 0 ? 0 : free,
        now);
  }

  private static long left(long deadlineNanos, long now) {
    return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - now;
  }

  // Dispatch.

  /** Gives idle devices work. */
  private void pump() {
    for (Instance instance : instances) {
      while (instance.isIdle()) {
        long now = threads.nanoTime();
        Batch half = nextHalf(instance, now);
        sweep(now);
        dispatcher
            .hopeless(instance, now)
            .forEach(job -> expire(job, "as good as passed, as it could not be run in time"));
        dispatcher
            .stale(now)
            .forEach(job -> fail(job, Failure.OVERLOADED, overloaded("waited too long", load())));
        Batch batch = half != null ? half : dispatcher.next(instance, closing, alarm, now);
        if (batch == null) {
          break;
        }
        start(instance, batch, now);
      }
    }
    if (closing && inServer == 0) {
      closeInstances();
    }
  }

  /** What is left of a batch that failed; null without. */
  private Batch nextHalf(Instance instance, long now) {
    Batch half = instance.next().poll();
    while (half != null && half.parts().stream().allMatch(part -> part.isOver(now))) {
      half.parts().forEach(part -> expire(part.job(), "passed while it was tried again"));
      half = instance.next().poll();
    }
    return half;
  }

  private void start(Instance instance, Batch batch, long now) {
    batch.parts().forEach(part -> part.job().started(now));
    double expected = instance.times().expected(batch);
    instance.run(batch, (turn, outcome) -> locked(() -> ran(instance, turn, batch, outcome)));
    watch(instance, (long) Math.max(config.watchdog().toNanos(), HANGS_AFTER * expected));
  }

  /** Ends what waits in vain: requests that expired or were taken back. */
  private void sweep(long now) {
    line.removeIf(part -> part.isOver(now)).forEach(job -> expire(job, "passed while it waited"));
  }

  /** Ends what runs, but has no time left. The device is not disturbed; others wait for it too. */
  private void sweepRunning(long now) {
    for (Instance instance : instances) {
      for (Part part : instance.parts()) {
        if (part.job().isExpired(now)) {
          expire(part.job(), "passed while it ran");
        }
      }
    }
  }

  private void ran(Instance instance, int turn, Batch batch, Instance.Outcome outcome) {
    if (instance.turn() != turn) {
      return; // the watchdog has given it up
    }
    GpuInferException failure = outcome.failure();
    if (failure == null) {
      try {
        answer(instance, batch, outcome);
      } catch (GpuInferException e) {
        failure = e; // the outputs cannot be shared out
        errors.add(e);
      }
    }
    if (failure instanceof DeviceOfflineException) {
      deviceFailed(instance, failure);
    } else {
      instance.free(threads.nanoTime());
      dispatcher.free(threads.nanoTime());
      if (failure instanceof DeadlineExceededException) {
        batch.parts().forEach(part -> expire(part.job(), "passed while it ran"));
      } else if (failure != null && batch.size() > 1) {
        // One bad request must not fail the others: it is in one of the halves.
        instance.next().addAll(batch.halves());
      } else if (failure != null) {
        boolean invalid = failure instanceof InvalidInputException;
        fail(batch.parts().get(0).job(), invalid ? Failure.INVALID : Failure.ERROR, failure);
        if (!invalid && outcome.failure() != null) {
          errors.add(failure);
        }
      }
    }
    strain();
    pump();
  }

  private void answer(Instance instance, Batch batch, Instance.Outcome outcome) {
    List<Supplier<Map<String, Tensor>>> outputs = batch.split(outcome.result().outputs());
    double expected = instance.times().expected(batch);
    instance.times().learn(batch, outcome.result().execution(), outcome.nanos());
    limit.batchEnded(instance.times().slowness());
    tally.ran(batch, outcome.result().execution());
    proved(instance);
    BatchReport report =
        new BatchReport(
            config.name(),
            config.version(),
            batch.size(),
            batch.rows(),
            estimate.of(batch),
            expected,
            outcome.nanos(),
            outcome.result().execution());
    later.add(() -> listener.batchEnded(report));
    long now = threads.nanoTime();
    for (int i = 0; i < batch.size(); i++) {
      Part part = batch.parts().get(i);
      Job job = part.job();
      boolean complete =
          job.answered(
              part, outputs.get(i), outcome.result().execution(), batch.size(), outcome.nanos());
      if (complete && job.isExpired(now)) {
        expire(job, "passed while it ran"); // others in the batch had more time
      } else if (complete) {
        end(job, Outcome.COMPLETED, null, null);
      }
    }
  }

  // Ends of requests.

  private void expire(Job job, String when) {
    end(job, Outcome.EXPIRED, null, expired(when));
  }

  private void fail(Job job, Failure why, GpuInferException cause) {
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
    later.add(() -> listener.requestEnded(report));
    if (cause == null) {
      later.add(() -> threads.complete(() -> complete(job)));
    } else {
      later.add(() -> threads.complete(() -> job.answer().completeExceptionally(cause)));
    }
  }

  private void complete(Job job) {
    try {
      job.answer().complete(job.result(config.version()));
    } catch (RuntimeException | Error e) {
      job.answer()
          .completeExceptionally(
              new GpuInferException("The answer of " + config.name() + " is unusable: " + e, e));
    }
  }

  // Devices that fail and come back.

  private void deviceFailed(Instance instance, GpuInferException failure) {
    Batch batch = instance.running();
    instance.down(failure);
    lost(instance, batch, failure);
  }

  private void watch(Instance instance, long patience) {
    int turn = instance.turn();
    alarm.watch(
        instance.index(),
        patience,
        () ->
            locked(
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
    instance.hung(failure, () -> locked(instance::hungCallReturned));
    lost(instance, batch, failure);
    strain();
    pump();
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
        fail(part.job(), Failure.OFFLINE, failure);
      }
    }
    line.putBack(again);
    if (!others) {
      changed(keeper.on(StateEvent.DEVICE_FAILED, failure.getMessage()));
      line.removeIf(part -> true).forEach(job -> fail(job, Failure.OFFLINE, offline()));
    }
    tryAgainLater(instance);
  }

  private void tryAgainLater(Instance instance) {
    if (closing) {
      return;
    }
    alarm.watch(instance.index(), instance.nextWait(), () -> locked(() -> tryAgain(instance)));
  }

  private void tryAgain(Instance instance) {
    if (!closing) {
      instance.rebuild((turn, rebuilt) -> locked(() -> rebuilt(instance, turn, rebuilt)));
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
    changed(
        keeper.on(StateEvent.DEVICE_BACK, instance.device().name() + " was set up anew and works"));
    alarm.at(nextLook());
    pump();
  }

  private void proved(Instance instance) {
    Optional<StateChange> change = keeper.clean();
    if (keeper.state() == ServerState.STABLE || keeper.state() == ServerState.DEGRADED) {
      instance.proven();
    }
    changed(change);
  }

  // What has to be looked at from time to time.

  private void wake() {
    alarm.rang();
    if (closing && inServer == 0) {
      pump();
      return;
    }
    long now = threads.nanoTime();
    sweep(now);
    sweepRunning(now);
    for (Instance instance : instances) {
      boolean wanted =
          keeper.state() != ServerState.STABLE
              || (!config.canaryInterval().isZero()
                  && now - instance.freeSince() >= config.canaryInterval().toNanos());
      if (instance.isIdle() && line.isEmpty() && wanted) {
        tryCanary(instance);
      }
    }
    strain();
    pump();
    alarm.at(nextLook());
  }

  /** When to look at what nothing else would bring to notice. */
  private long nextLook() {
    long now = threads.nanoTime();
    boolean calm = keeper.state() == ServerState.STABLE;
    long look =
        calm && config.canaryInterval().isZero()
            ? Long.MAX_VALUE
            : now + (calm ? config.canaryInterval().toNanos() : Alarm.SOON);
    for (Part part : line.parts()) {
      look = earlier(look, part.job());
    }
    for (Instance instance : instances) {
      for (Part part : instance.parts()) {
        look = earlier(look, part.job());
      }
    }
    return look;
  }

  private static long earlier(long look, Job job) {
    long deadline = job.request().deadlineNanos();
    boolean later = look != Long.MAX_VALUE && deadline - look >= 0;
    return job.isEnded() || deadline == Long.MAX_VALUE || later ? look : deadline;
  }

  private void tryCanary(Instance instance) {
    instance.runCanary(
        (turn, outcome) ->
            locked(
                () -> {
                  if (instance.turn() != turn) {
                    return;
                  }
                  if (outcome.failure() instanceof DeviceOfflineException) {
                    deviceFailed(instance, outcome.failure());
                  } else {
                    instance.free(threads.nanoTime());
                    if (outcome.failure() == null) {
                      instance.times().learnCanary(instance.canarySlowness(outcome.nanos()));
                      limit.batchEnded(instance.times().slowness());
                      proved(instance);
                    } else {
                      errors.add(outcome.failure());
                    }
                  }
                  strain();
                  pump();
                }));
    if (instance.isBusy()) {
      watch(instance, config.watchdog().toNanos());
    }
  }

  private void strain() {
    changed(keeper.strain(dispatcher.strain(instances)));
  }

  private void changed(Optional<StateChange> change) {
    change.ifPresent(
        made -> {
          later.add(() -> listener.stateChanged(made));
          alarm.at(nextLook());
        });
  }

  private void closeInstances() {
    for (Instance instance : instances) {
      if (instance.status().phase() != InstanceStatus.Phase.CLOSED) {
        instance.close(() -> locked(this::instanceClosed));
      }
    }
    alarm.off();
  }

  private void instanceClosed() {
    open--;
    closed.signalAll();
  }

  // The lock.

  private void locked(Runnable step) {
    locked(
        () -> {
          step.run();
          return null;
        });
  }

  /** Does something under the lock, and tells others after it was left. */
  private <T> T locked(Supplier<T> step) {
    List<Runnable> told = List.of();
    lock.lock();
    try {
      return step.get();
    } finally {
      if (lock.getHoldCount() == 1 && !later.isEmpty()) {
        told = later;
        later = new ArrayList<>();
      }
      lock.unlock();
      told.forEach(ModelServer::tell);
    }
  }

  private static void tell(Runnable told) {
    try {
      told.run();
    } catch (RuntimeException | Error e) {
      // Others that are to be told, callers among them, must hear of it all the same.
      LOG.warn("A listener threw, which it must not", e);
    }
  }
}
