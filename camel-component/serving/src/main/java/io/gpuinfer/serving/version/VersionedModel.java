package io.gpuinfer.serving.version;

import io.gpuinfer.engine.InsufficientMemoryException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model of which one version serves at a time, and which changes versions while requests go on.
 *
 * <p>A request leases the version that serves when it comes, and uses that one to its end. A change
 * puts another version in that place, which is one write of a reference; the version before is
 * closed when its last lease is returned. Changes block whoever asks for them until the version
 * before is out of memory. There is one at a time: a second one is refused.
 *
 * @param <S> what a version is
 */
public final class VersionedModel<S extends Servable> implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VersionedModel.class);

  private final String name;
  private final VersionLoader<S> loader;
  private final Executor closers;
  private final Duration patience;
  private final Clock clock;

  private final AtomicReference<VersionChange> change = new AtomicReference<>();
  private final Set<ServedVersion<S>> draining = ConcurrentHashMap.newKeySet();
  private volatile Place<S> place = new Place.Vacancy<>("has not been loaded yet");
  private volatile ServingHistory history = ServingHistory.NONE;
  private volatile ChangeFailure lastFailure;

  /** Written, as {@link #place} is, under the lock of this object. */
  private boolean closed;

  /**
   * A model of which nothing is loaded yet.
   *
   * @param name for messages
   * @param closers closes versions; must not run them on the caller's thread
   * @param patience how long a change waits for the requests that use the version before
   * @param clock tells when changes and failures were
   */
  public VersionedModel(
      String name, VersionLoader<S> loader, Executor closers, Duration patience, Clock clock) {
    this.name = name;
    this.loader = loader;
    this.closers = closers;
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * The version that serves now, for one request. Takes well under a microsecond and no lock.
   *
   * @return to be closed when the request has ended
   * @throws ModelUnavailableException when no version is loaded
   */
  public Lease<S> lease() {
    Lease<S> lease = leaseIfServed();
    if (lease == null) {
      throw unavailable();
    }
    return lease;
  }

  /** The version that serves now, for a look at it; to be closed. Empty when there is none. */
  public Optional<Lease<S>> tryLease() {
    return Optional.ofNullable(leaseIfServed());
  }

  private Lease<S> leaseIfServed() {
    while (place instanceof Place.Occupied<S> occupied) {
      if (occupied.version().hold()) {
        return new Lease<>(occupied.version());
      }
      // It was replaced between the two lines, and something else is in its place by now.
    }
    return null;
  }

  private ModelUnavailableException unavailable() {
    String why = place instanceof Place.Vacancy<S> vacancy ? vacancy.why() : "was being loaded";
    return new ModelUnavailableException(
        "Model %s serves no version: it %s. The operations load and swap bring one in"
            .formatted(name, why));
  }

  /**
   * Loads a version where none is; does nothing where it serves already.
   *
   * @throws ChangeRefusedException when another version serves, or another change is going on
   * @throws io.gpuinfer.engine.ModelLoadException when the version cannot be loaded
   */
  public void load(String version) {
    change(
        version,
        () -> {
          ServedVersion<S> served = served();
          if (served == null) {
            put(loaded(version));
          } else if (!served.version().equals(version)) {
            throw new ChangeRefusedException(
                "Model %s serves version %s; swap it for version %s instead"
                    .formatted(name, served.version(), version));
          }
        });
  }

  /**
   * Has a version serve, instead of the one that does if there is one. Does nothing where it serves
   * already. When it fails, the version before serves on; its requests never notice.
   *
   * @throws ChangeRefusedException when another change is going on, or the version before is to be
   *     drained first and does not get rid of its requests
   * @throws io.gpuinfer.engine.ModelLoadException when the version cannot be loaded
   */
  public void swap(String version, SwapMode mode) {
    if (mode == SwapMode.BESIDE) {
      try (Prepared next = prepare(version)) {
        next.serve();
      }
    } else {
      change(version, () -> replace(version));
    }
  }

  /**
   * The first half of a swap: loads a version beside the one that serves, so that several models
   * can be swapped once all of them are ready. The change goes on until what this returns is
   * closed.
   *
   * @throws ChangeRefusedException when another change is going on
   * @throws io.gpuinfer.engine.ModelLoadException when the version cannot be loaded
   */
  public Prepared prepare(String version) {
    begin(version);
    try {
      ServedVersion<S> before = served();
      boolean serves = before != null && before.version().equals(version);
      return new Prepared(before, serves ? before : loadedBeside(before, version));
    } catch (RuntimeException | Error failure) {
      failed(version, failure);
      change.set(null);
      throw failure;
    }
  }

  /** A version that is ready to serve. For one thread. */
  public final class Prepared implements AutoCloseable {

    private final ServedVersion<S> before;
    private final ServedVersion<S> next;
    private boolean served;
    private boolean ended;

    private Prepared(ServedVersion<S> before, ServedVersion<S> next) {
      this.before = before;
      this.next = next;
    }

    /**
     * The second half of the swap: one write of a reference.
     *
     * @throws ChangeRefusedException when the model was closed meanwhile
     */
    public void serve() {
      if (next != before && !served) {
        served = true;
        put(next);
        if (before != null) {
          retire(before);
        }
      }
    }

    /** Waits until the version that does not serve is out of memory, and ends the change. */
    @Override
    public void close() {
      if (ended) {
        return;
      }
      ended = true;
      if (next != before) {
        if (!served) {
          retire(next);
        }
        enter(ChangePhase.DRAINING);
        ServedVersion<S> gone = served ? before : next;
        if (gone != null && !gone.awaitClosed(patience)) {
          LOG.warn(
              "Model {}: version {} stays in memory for requests that have not ended after {} ms",
              name,
              gone.version(),
              patience.toMillis());
        }
      }
      change.set(null);
    }
  }

  /**
   * Swaps back to the version that served before this one; doing it twice changes nothing. After
   * {@link #unload}, that is the version that was unloaded.
   *
   * @throws ChangeRefusedException when there is no such version, and as {@link #swap} does
   */
  public void rollback(SwapMode mode) {
    String before =
        previous()
            .orElseThrow(
                () ->
                    new ChangeRefusedException(
                        "No other version of model %s has served, so there is none to roll back to"
                            .formatted(name)));
    swap(before, mode);
  }

  /**
   * Waits for the requests and gives the memory back. Later requests are refused with a {@link
   * ModelUnavailableException} until a version is loaded. Does nothing where none is loaded.
   *
   * @throws ChangeRefusedException when another change is going on, or the requests do not end; the
   *     version serves on then
   */
  public void unload() {
    change(
        servedVersion(),
        () -> {
          ServedVersion<S> served = served();
          if (served != null) {
            withdraw(served, "was unloaded, version " + served.version());
            LOG.info("Model {}: version {} was unloaded", name, served.version());
          }
        });
  }

  /** What is in memory, and what is happening to it. */
  public VersionStatus status() {
    ServedVersion<S> served = served();
    return new VersionStatus(
        served == null ? null : served.version(),
        previous().orElse(null),
        served == null ? 0 : Math.max(0, served.holders() - 1),
        draining.stream().map(ServedVersion::version).sorted().toList(),
        change.get(),
        lastFailure);
  }

  /**
   * Serves nothing more, for good. Waits for the requests, but not for ever; those that last longer
   * still end well, and the memory comes back after them. What a change is loading meanwhile is
   * closed when it is there.
   */
  @Override
  public void close() {
    ServedVersion<S> last;
    synchronized (this) {
      closed = true;
      last = served();
      place = new Place.Vacancy<>("was closed, as nothing uses it any more");
    }
    if (last != null) {
      retire(last);
      last.awaitClosed(patience);
    }
  }

  /** Performs a change, unless there is one already, and remembers it when it fails. */
  private void change(String version, Runnable steps) {
    begin(version);
    try {
      steps.run();
    } catch (RuntimeException | Error failure) {
      failed(version, failure);
      throw failure;
    } finally {
      change.set(null);
    }
  }

  private void begin(String version) {
    VersionChange begun = new VersionChange(version, ChangePhase.LOADING, clock.millis());
    VersionChange other = change.compareAndExchange(null, begun);
    if (other != null) {
      throw new ChangeRefusedException(
          "Model %s is busy with version %s (%s, for %d ms); try again when that has ended"
              .formatted(
                  name,
                  other.version(),
                  other.phase(),
                  begun.sinceEpochMillis() - other.sinceEpochMillis()));
    }
  }

  private void failed(String version, Throwable failure) {
    lastFailure = new ChangeFailure(version, reason(failure), clock.millis());
    LOG.warn(
        "Model {}: the change to version {} failed; version {} serves: {}",
        name,
        version,
        servedVersion(),
        reason(failure));
  }

  private void enter(ChangePhase phase) {
    change.updateAndGet(now -> new VersionChange(now.version(), phase, now.sinceEpochMillis()));
  }

  private ServedVersion<S> loaded(String version) {
    return new ServedVersion<>(loader.load(version), closers, draining::remove);
  }

  private ServedVersion<S> loadedBeside(ServedVersion<S> before, String version) {
    try {
      return loaded(version);
    } catch (InsufficientMemoryException e) {
      if (before == null) {
        throw e;
      }
      throw new InsufficientMemoryException(
          "%s. Version %s serves on and keeps its memory; a swap that drains it first would free that"
              .formatted(e.getMessage(), before.version()),
          e);
    }
  }

  private void replace(String version) {
    ServedVersion<S> before = served();
    if (before == null) {
      put(loaded(version));
      return;
    }
    if (before.version().equals(version)) {
      return;
    }
    withdraw(before, "is changing from version %s to %s".formatted(before.version(), version));
    enter(ChangePhase.LOADING);
    ServedVersion<S> next;
    try {
      next = loaded(version);
    } catch (RuntimeException | Error failure) {
      restore(before.version(), failure);
      throw failure;
    }
    put(next);
  }

  private void restore(String version, Throwable failure) {
    enter(ChangePhase.RESTORING);
    try {
      put(loaded(version));
    } catch (RuntimeException | Error again) {
      failure.addSuppressed(again);
      vacate(
          "could not be changed (%s), and version %s could not be loaded again (%s)"
              .formatted(reason(failure), version, reason(again)));
    }
  }

  /** Takes a version out of service and waits until it is out of memory. */
  private void withdraw(ServedVersion<S> served, String why) {
    vacate(why);
    enter(ChangePhase.DRAINING);
    retire(served);
    if (!served.awaitClosed(patience) && takeBack(served)) {
      throw new ChangeRefusedException(
          "Version %s of model %s still has %d requests after %d ms, and serves on"
              .formatted(
                  served.version(), name, Math.max(0, served.holders() - 1), patience.toMillis()));
    }
  }

  /** Lets go of a version that is not in its place, or not any more. */
  private void retire(ServedVersion<S> version) {
    draining.add(version);
    version.letGo();
  }

  /** Puts a version that will not drain in its place again, unless it did in the last moment. */
  private boolean takeBack(ServedVersion<S> version) {
    if (!version.hold()) {
      return false;
    }
    synchronized (this) {
      if (!closed) {
        draining.remove(version);
        place = new Place.Occupied<>(version);
        return true;
      }
    }
    version.letGo();
    throw closedMeanwhile();
  }

  private void put(ServedVersion<S> next) {
    synchronized (this) {
      if (!closed) {
        place = new Place.Occupied<>(next);
        history = history.with(next.version());
        LOG.info("Model {}: version {} serves now", name, next.version());
        return;
      }
    }
    retire(next);
    next.awaitClosed(patience);
    throw closedMeanwhile();
  }

  private synchronized void vacate(String why) {
    if (closed) {
      throw closedMeanwhile();
    }
    place = new Place.Vacancy<>(why);
  }

  private ChangeRefusedException closedMeanwhile() {
    return new ChangeRefusedException(
        "Model " + name + " was closed during the change, as nothing uses it any more");
  }

  private ServedVersion<S> served() {
    return place instanceof Place.Occupied<S> occupied ? occupied.version() : null;
  }

  private String servedVersion() {
    ServedVersion<S> served = served();
    return served == null ? "none" : served.version();
  }

  private Optional<String> previous() {
    ServedVersion<S> served = served();
    return history.before(served == null ? null : served.version());
  }

  private static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
