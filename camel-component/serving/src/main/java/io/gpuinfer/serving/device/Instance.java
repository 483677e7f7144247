package io.gpuinfer.serving.device;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.RunResult;
import io.gpuinfer.serving.batch.Batch;
import io.gpuinfer.serving.batch.BatchTimes;
import io.gpuinfer.serving.batch.Part;
import io.gpuinfer.serving.batch.WorkEstimate;
import io.gpuinfer.serving.device.InstanceStatus.Phase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model on one device, with the thread that runs it there. Its owner guards it; only what a
 * device thread does happens outside.
 *
 * <p>A call into a driver that does not come back cannot be ended. Its thread and session are left
 * to it, and the instance goes on with new ones; what the call answers after all, nobody hears.
 */
public final class Instance {

  private static final Logger LOG = LoggerFactory.getLogger(Instance.class);

  private static final long FIRST_WAIT = Duration.ofMillis(500).toNanos();
  private static final long LONGEST_WAIT = Duration.ofSeconds(8).toNanos();

  /** Rows of the larger of the two runs that tell what a batch costs. */
  private static final int CALIBRATION_ROWS = 8;

  /** Calls that may hang at a time; with more of them the device is not tried again. */
  private static final int MOST_HUNG = 3;

  private final int index;
  private final String name;
  private final SessionLoader loader;
  private final ServerThreads threads;
  private final Optional<Canary> canary;
  private final DeviceInfo device;
  private final BatchTimes times;

  /** Batches to run before any other: halves of one that failed. */
  private final Deque<Batch> next = new ArrayDeque<>();

  private InferenceSession session;
  private DeviceThread thread;
  private Phase phase = Phase.IDLE;
  private Batch running;
  private int turn;
  private int hung;
  private long runningSince;
  private long freeSince;
  private long batches;
  private long failures;
  private String lastError = "";
  private long wait = FIRST_WAIT;

  /** What came of a run; one of the two is null. */
  public record Outcome(RunResult result, GpuInferException failure, long nanos) {}

  private Instance(
      int index,
      String name,
      SessionLoader loader,
      ServerThreads threads,
      InferenceSession session,
      Optional<Canary> canary,
      BatchTimes times) {
    this.index = index;
    this.name = name;
    this.loader = loader;
    this.threads = threads;
    this.session = session;
    this.canary = canary;
    this.device = session.device();
    this.times = times;
    this.thread = threads.newDeviceThread(name);
    this.freeSince = threads.nanoTime();
  }

  /**
   * Loads a model and tries it; returns when it is ready.
   *
   * @param maxRows rows that a batch may have
   * @throws GpuInferException when it cannot be loaded, or fails its canary
   */
  public static Instance start(
      int index,
      String name,
      SessionLoader loader,
      ServerThreads threads,
      WorkEstimate estimate,
      int maxRows) {
    InferenceSession session = loader.load();
    try {
      Optional<Canary> canary = Canary.of(name, session, threads::nanoTime);
      BatchTimes times = new BatchTimes(estimate);
      canary.ifPresent(check -> calibrate(times, check, session, maxRows));
      return new Instance(index, name, loader, threads, session, canary, times);
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  public int index() {
    return index;
  }

  /** Learns from a small and a larger run what batches cost beside their work. */
  private static void calibrate(
      BatchTimes times, Canary canary, InferenceSession session, int maxRows) {
    int rows = Math.min(maxRows, CALIBRATION_ROWS);
    if (rows > 1) {
      Optional<Canary.Sample> large = canary.sample(session, rows);
      Optional<Canary.Sample> small = canary.sample(session, 1);
      if (large.isPresent() && small.isPresent()) {
        times.calibrate(
            small.get().work(), small.get().nanos(), large.get().work(), large.get().nanos());
      }
    }
  }

  public InferenceSession session() {
    return session;
  }

  public DeviceInfo device() {
    return device;
  }

  /** What batches take on its device. */
  public BatchTimes times() {
    return times;
  }

  public boolean isIdle() {
    return phase == Phase.IDLE;
  }

  public boolean isWorking() {
    return phase == Phase.IDLE || phase == Phase.BUSY;
  }

  public boolean isBusy() {
    return phase == Phase.BUSY;
  }

  /** The batch that it runs; null without one. */
  public Batch running() {
    return running;
  }

  public long runningSince() {
    return runningSince;
  }

  /** Since when it has had nothing to run. */
  public long freeSince() {
    return freeSince;
  }

  public InstanceStatus status() {
    return new InstanceStatus(index, device, phase, batches, failures, hung, lastError);
  }

  /** Batches that are to run before any other. */
  public Deque<Batch> next() {
    return next;
  }

  /** All that it runs, or is to run before anything else. */
  public List<Part> parts() {
    List<Part> parts = new ArrayList<>(running == null ? List.of() : running.parts());
    next.forEach(batch -> parts.addAll(batch.parts()));
    return parts;
  }

  /** The number of its present turn: a run that came back in a later one is not waited for. */
  public int turn() {
    return turn;
  }

  /**
   * Runs a batch.
   *
   * @param done is told the turn and what came of it, by the device's thread
   */
  public void run(Batch batch, BiConsumer<Integer, Outcome> done) {
    phase = Phase.BUSY;
    running = batch;
    runningSince = threads.nanoTime();
    batches++;
    int mine = ++turn;
    InferenceSession used = session;
    thread.execute(() -> outcome(used, batch), outcome -> done.accept(mine, outcome));
  }

  private Outcome outcome(InferenceSession used, Batch batch) {
    long began = threads.nanoTime();
    try {
      RunResult result = used.execute(batch.inputs(), batch.options());
      return new Outcome(result, null, threads.nanoTime() - began);
    } catch (GpuInferException e) {
      return new Outcome(null, e, threads.nanoTime() - began);
    } catch (RuntimeException | Error e) {
      // The thread must outlive whatever a model or a driver throws, or all later requests hang.
      GpuInferException failure = new GpuInferException(name + " could not be run: " + e, e);
      return new Outcome(null, failure, threads.nanoTime() - began);
    }
  }

  /** Its run came back. */
  public void free(long now) {
    phase = Phase.IDLE;
    running = null;
    freeSince = now;
  }

  /** Runs the canary, if there is one; otherwise nothing happens. It tells as {@link #run} does. */
  public void runCanary(BiConsumer<Integer, Outcome> done) {
    canary.ifPresent(
        check -> {
          phase = Phase.BUSY;
          runningSince = threads.nanoTime();
          int mine = ++turn;
          InferenceSession used = session;
          thread.execute(() -> checked(check, used), outcome -> done.accept(mine, outcome));
        });
  }

  private Outcome checked(Canary check, InferenceSession used) {
    try {
      return new Outcome(null, null, check.check(used));
    } catch (GpuInferException e) {
      return new Outcome(null, e, 0);
    } catch (RuntimeException | Error e) {
      return new Outcome(null, new GpuInferException("The canary of " + name + " failed", e), 0);
    }
  }

  /** How much longer than at first a canary took. */
  public double canarySlowness(long nanos) {
    return canary.map(check -> check.slowness(nanos)).orElse(1.0);
  }

  /** Its device failed: the session is given back, as soon as no call uses it. */
  public void down(GpuInferException failure) {
    failures++;
    lastError = failure.getMessage();
    phase = Phase.DOWN;
    running = null;
    turn++;
    InferenceSession broken = session;
    thread.execute(() -> closed(broken), ignored -> {});
  }

  /** Its run does not come back: as {@link #down}, with a new thread for what comes after. */
  public void hung(GpuInferException failure, Runnable onReturn) {
    hung++;
    DeviceThread stuck = thread;
    down(failure); // is done once the call has come back, if it ever does
    stuck.execute(() -> null, ignored -> onReturn.run());
    stuck.end();
    thread = threads.newDeviceThread(name);
  }

  /** A call that hung has come back. */
  public void hungCallReturned() {
    hung--;
  }

  private static Void closed(InferenceSession broken) {
    try {
      broken.close();
    } catch (RuntimeException e) {
      LOG.warn("The session of a device that had failed could not be closed: {}", e.toString());
    }
    return null;
  }

  /** Nanoseconds to leave the device alone; doubles with each failure, up to 8 s. */
  public long nextWait() {
    long now = wait;
    wait = Math.min(2 * wait, LONGEST_WAIT);
    return now;
  }

  /**
   * Sets the device up anew: loads the model and runs its canary.
   *
   * @param done is told by the device's thread: the new session, or why there is none
   */
  public void rebuild(BiConsumer<Integer, Rebuilt> done) {
    phase = Phase.REBUILDING;
    runningSince = threads.nanoTime();
    int mine = ++turn;
    int stuck = hung;
    thread.execute(
        () -> stuck >= MOST_HUNG ? tooManyHung(stuck) : rebuilt(),
        rebuilt -> done.accept(mine, rebuilt));
  }

  private static Rebuilt tooManyHung(int calls) {
    String message = calls + " calls into the driver have not come back yet";
    return new Rebuilt(null, new GpuInferException(message), 0);
  }

  /**
   * What came of setting up a device anew.
   *
   * @param session null when it failed
   * @param failure null when it did not
   * @param canaryNanos what the canary took; 0 without one
   */
  public record Rebuilt(InferenceSession session, GpuInferException failure, long canaryNanos) {}

  private Rebuilt rebuilt() {
    InferenceSession fresh = null;
    try {
      fresh = loader.load();
      long nanos = canary.isPresent() ? canary.get().check(fresh) : 0;
      return new Rebuilt(fresh, null, nanos);
    } catch (RuntimeException | Error e) {
      if (fresh != null) {
        closed(fresh);
      }
      GpuInferException failure =
          e instanceof GpuInferException known
              ? known
              : new GpuInferException(name + " could not be loaded again: " + e, e);
      return new Rebuilt(null, failure, 0);
    }
  }

  /** It works again. */
  public void back(InferenceSession fresh, long now) {
    session = fresh;
    free(now);
  }

  /** It was tried in vain. */
  public void stillDown(GpuInferException failure) {
    lastError = failure.getMessage();
    phase = Phase.DOWN;
  }

  /** It has run well for a while, so a later failure is a new one. */
  public void proven() {
    wait = FIRST_WAIT;
  }

  /** Gives everything back, once what runs has come back. */
  public void close(Runnable onClosed) {
    boolean open = isWorking();
    InferenceSession used = session;
    phase = Phase.CLOSED;
    turn++;
    thread.execute(() -> open ? closed(used) : null, ignored -> onClosed.run());
    thread.end();
  }
}
