package io.gpuinfer.serving;

import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceCode;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

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

  private static final Duration PATIENCE_AT_CLOSE = Duration.ofSeconds(60);

  /** A full queue is looked through no more often, so that refusals are cheap. */
  private static final long SWEEP_AGAIN = Duration.ofMillis(1).toNanos();

  private final ServerConfig config;
  private final ServerThreads threads;
  private final ServerListener listener;

  private final ServerLock lock = new ServerLock();
  private final WorkEstimate estimate = new WorkEstimate();
  private final CoDel codel = new CoDel();
  private final Tally tally = new Tally();
  private final Errors errors;
  private final StateKeeper keeper;
  private final WaitingLine line;
  private final AdaptiveLimit limit;
  private final Admission admission;
  private final Requests requests;
  private final Alarm alarm;
  private final Devices devices;
  private final Dispatcher dispatcher;

  private long swept;
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
    this.keeper = new StateKeeper(config, threads, this::changed);
    this.line = new WaitingLine(config.queueCapacity(), estimate);
    int running = config.maxBatchSize() * loaders.size();
    // However slow a device is, its batches need not be small: as many wait as run.
    this.limit = new AdaptiveLimit(2 * running, config.queueCapacity() + running);
    this.admission = new Admission(line, config.queueWork(), limit, codel);
    this.requests =
        new Requests(config, threads, listener, lock, line, admission, tally, keeper, errors);
    this.alarm = new Alarm(threads, () -> lock.locked(this::wake));
    this.devices =
        new Devices(
            config, threads, lock, alarm, line, limit, keeper, errors, requests, this::lookAround);
    this.dispatcher = new Dispatcher(config, line, codel, estimate);
    try {
      for (SessionLoader loader : loaders) {
        int index = devices.all().size();
        devices.add(
            Instance.start(index, config.name(), loader, threads, estimate, config.maxBatchSize()));
      }
    } catch (RuntimeException | Error e) {
      devices.close();
      throw e;
    }
    swept = threads.nanoTime() - SWEEP_AGAIN;
    lock.locked(() -> alarm.at(nextLook()));
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
    GpuInferException refusal = lock.locked(() -> admit(job));
    return refusal == null ? job.answer() : CompletableFuture.failedFuture(refusal);
  }

  /**
   * Refuses a request that is not worth being prepared, as {@link #submit} would; it counts as
   * refused then.
   *
   * @throws GpuInferException as {@link #submit} would tell
   */
  public void requireRoom(Priority priority, long deadlineNanos) {
    GpuInferException refusal = lock.locked(() -> refusal(priority, 0, 1, deadlineNanos));
    if (refusal != null) {
      throw refusal;
    }
  }

  /**
   * Counts a request that did not get here, as too many are under way, among those that the queue
   * had no room for.
   */
  public void countFull(Priority priority) {
    lock.locked(() -> requests.countRefused(Refusal.QUEUE_FULL, priority));
  }

  public String name() {
    return config.name();
  }

  public String version() {
    return config.version();
  }

  /** How the model is served right now. */
  public ServerState state() {
    return lock.locked(keeper::state);
  }

  /** The latest changes of the state, the oldest first. */
  public List<StateChange> history() {
    return lock.locked(keeper::history);
  }

  /** The latest errors, the oldest first. */
  public List<ServerError> errors() {
    return lock.locked(errors::latest);
  }

  /** Counts since the start, and what waits now. */
  public ServerCounts counts() {
    return lock.locked(() -> tally.counts(line.jobs()));
  }

  /** What it has done since the start, and what it is doing. */
  public ServerStatistics statistics() {
    return lock.locked(
        () ->
            tally.statistics(
                line.jobs(), devices.all().get(0).times().line(), line.work(), limit.limit()));
  }

  /** How each of its instances is. */
  public List<InstanceStatus> instances() {
    return lock.locked(() -> devices.all().stream().map(Instance::status).toList());
  }

  /** What is loaded, what it costs, and where the last run was executed; of the first instance. */
  public SessionDescription describe() {
    return lock.locked(() -> devices.all().get(0).session()).describe();
  }

  /** What was made for the device of code that a user wrote; empty for a model. */
  public Optional<DeviceCode> code() {
    return lock.locked(() -> devices.all().get(0).session()).code();
  }

  /** Takes no more requests; finishes those admitted, and then gives the devices back. */
  public void shutdown() {
    lock.locked(
        () -> {
          closing = true;
          devices.closing();
          pump();
        });
  }

  /** Shuts down, and waits until everything is given back, but not for ever. */
  @Override
  public void close() {
    shutdown();
    lock.await(() -> devices.open() == 0, PATIENCE_AT_CLOSE.toNanos());
    lock.locked(this::giveUp);
  }

  /** Ends what a device that never comes back still has. */
  private void giveUp() {
    List<Job> left = new ArrayList<>(line.removeIf(part -> true));
    for (Instance instance : devices.all()) {
      instance.parts().forEach(part -> left.add(part.job()));
      instance.next().clear();
    }
    left.forEach(job -> requests.failed(job, Failure.ERROR, requests.closed()));
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
    for (Job shed : admission.makeRoom(job.priority(), work, requests.count())) {
      String why = "had to make room for a higher priority";
      requests.failed(shed, Failure.OVERLOADED, requests.overloaded(why, load()));
    }
    Load load = load();
    long now = load.now();
    job.admitted(admission.answerNanos(job.priority(), work, rows, load));
    requests.admitted();
    codel.admitted(left(deadline, now));
    dispatcher.arrives(devices.all().stream().anyMatch(Instance::isIdle), now);
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
      return requests.refused(Refusal.CLOSED, priority, load);
    }
    Optional<Refusal> refusal = admission.refusal(priority, work, rows, left, load);
    if (refusal.isPresent() && line.isFull() && now - swept >= SWEEP_AGAIN) {
      swept = now;
      sweep(now);
      load = load();
      refusal = admission.refusal(priority, work, rows, left, load);
    }
    return refusal.isPresent() ? requests.refused(refusal.get(), priority, load) : null;
  }

  private Load load() {
    int working = 0;
    double perWork = 0;
    double perBatch = 0;
    double free = Double.MAX_VALUE;
    long now = threads.nanoTime();
    for (Instance instance : devices.all()) {
      if (instance.isWorking()) {
        working++;
        BatchTime best = instance.times().atBest();
        perWork += best.nanosPerWork();
        perBatch += best.nanosPerBatch();
        free = Math.min(free, dispatcher.untilFree(instance, now));
      }
    }
    int all = Math.max(1, working);
    int rows = config.maxBatchSize();
    return new Load(
        keeper.state(),
        requests.count(),
        keeper.most(),
        perWork / all,
        perBatch / all,
        rows,
        all,
        working == 0 ? 0 : free,
        now);
  }

  private static long left(long deadlineNanos, long now) {
    return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - now;
  }

  // Dispatch.

  /** Gives idle devices work. */
  private void pump() {
    for (Instance instance : devices.all()) {
      while (instance.isIdle()) {
        long now = threads.nanoTime();
        Batch half = nextHalf(instance, now);
        sweep(now);
        dispatcher
            .hopeless(instance, now)
            .forEach(
                job ->
                    requests.expired(job, "was as good as passed, as it could not be run in time"));
        dispatcher
            .stale(now)
            .forEach(
                job ->
                    requests.failed(
                        job, Failure.OVERLOADED, requests.overloaded("waited too long", load())));
        Batch batch = half != null ? half : dispatcher.next(instance, closing, alarm, now);
        if (batch == null) {
          break;
        }
        start(instance, batch, now);
      }
    }
    if (closing && requests.count() == 0) {
      devices.close();
      alarm.off();
    }
  }

  /** What is left of a batch that failed; null without. */
  private Batch nextHalf(Instance instance, long now) {
    Batch half = instance.next().poll();
    while (half != null && half.parts().stream().allMatch(part -> part.isOver(now))) {
      half.parts().forEach(part -> requests.expired(part.job(), "passed while it was tried again"));
      half = instance.next().poll();
    }
    return half;
  }

  private void start(Instance instance, Batch batch, long now) {
    batch.parts().forEach(part -> part.job().started(now));
    double expected = instance.times().expected(batch);
    instance.run(batch, (turn, outcome) -> lock.locked(() -> ran(instance, turn, batch, outcome)));
    devices.watchRun(instance, expected);
  }

  /** Ends what waits in vain: requests that expired or were taken back. */
  private void sweep(long now) {
    line.removeIf(part -> part.isOver(now))
        .forEach(job -> requests.expired(job, "passed while it waited"));
  }

  /** Ends what runs, but has no time left. The device is not disturbed; others wait for it too. */
  private void sweepRunning(long now) {
    for (Instance instance : devices.all()) {
      for (Part part : instance.parts()) {
        if (part.job().isExpired(now)) {
          requests.expired(part.job(), "passed while it ran");
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
      devices.failed(instance, failure);
    } else {
      instance.free(threads.nanoTime());
      dispatcher.free(threads.nanoTime());
      if (failure instanceof DeadlineExceededException) {
        batch.parts().forEach(part -> requests.expired(part.job(), "passed while it ran"));
      } else if (failure != null && batch.size() > 1) {
        // One bad request must not fail the others: it is in one of the halves.
        instance.next().addAll(batch.halves());
      } else if (failure != null) {
        boolean invalid = failure instanceof InvalidInputException;
        requests.failed(
            batch.parts().get(0).job(), invalid ? Failure.INVALID : Failure.ERROR, failure);
        if (!invalid && outcome.failure() != null) {
          errors.add(failure);
        }
      }
    }
    lookAround();
  }

  private void answer(Instance instance, Batch batch, Instance.Outcome outcome) {
    List<Supplier<Map<String, Tensor>>> outputs = batch.split(outcome.result().outputs());
    double expected = instance.times().expected(batch);
    instance.times().learn(batch, outcome.result().execution(), outcome.nanos());
    tally.ran(batch, outcome.result().execution());
    devices.proved(instance);
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
    lock.later(() -> listener.batchEnded(report));
    long now = threads.nanoTime();
    for (int i = 0; i < batch.size(); i++) {
      Part part = batch.parts().get(i);
      Job job = part.job();
      boolean complete =
          job.answered(
              part, outputs.get(i), outcome.result().execution(), batch.size(), outcome.nanos());
      if (complete && job.isExpired(now)) {
        requests.expired(job, "passed while it ran"); // others in the batch had more time
      } else if (complete) {
        requests.completed(job);
      }
    }
  }

  // What has to be looked at from time to time.

  private void wake() {
    alarm.rang();
    if (closing && requests.count() == 0) {
      pump();
      return;
    }
    long now = threads.nanoTime();
    sweep(now);
    sweepRunning(now);
    devices.tryCanaries();
    lookAround();
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
    for (Instance instance : devices.all()) {
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

  /** Sees how hard it is to serve, and gives idle devices work. */
  private void lookAround() {
    strain();
    pump();
  }

  private void strain() {
    keeper.strain(dispatcher.strain(devices.all()));
  }

  private void changed(StateChange change) {
    lock.later(() -> listener.stateChanged(change));
    alarm.at(threads.nanoTime() + Alarm.SOON);
  }
}
