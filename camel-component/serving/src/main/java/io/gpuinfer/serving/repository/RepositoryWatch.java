package io.gpuinfer.serving.repository;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices versions that come to the folders of models, or leave them.
 *
 * <p>It looks at the folders now and then instead of having the system tell: notifications such as
 * inotify do not reach a machine when another one writes to a network file system. A version counts
 * as there when it holds a model and two looks found the same files with the same sizes and times,
 * so that nobody loads half a copy. To be sure of it, copy to another name and rename the folder.
 */
public final class RepositoryWatch implements AutoCloseable {

  /**
   * Hears what has changed, on the thread that looks. Both methods answer whether the news was
   * dealt with; if not, it is told again after the next look. News that was dealt with is not told
   * again until the version's files change.
   */
  public interface Listener {

    /** A version is there, or has changed, and is the highest numbered one. */
    boolean appeared(String model, String version);

    /** A version that was there is not there any more. */
    boolean disappeared(String model, String version);
  }

  private static final Logger LOG = LoggerFactory.getLogger(RepositoryWatch.class);

  private final ModelRepository repository;
  private final Path folder;
  private final Listener listener;
  private final Map<String, WatchedModel> models = new ConcurrentHashMap<>();
  private Future<?> looks;

  private RepositoryWatch(ModelRepository repository, Path folder, Listener listener) {
    this.repository = repository;
    this.folder = folder;
    this.listener = listener;
  }

  /** A watch of a repository; empty where it is no folder, as what is elsewhere never changes. */
  public static Optional<RepositoryWatch> of(ModelRepository repository, Listener listener) {
    return repository.folder().map(folder -> new RepositoryWatch(repository, folder, listener));
  }

  /**
   * Looks from now on.
   *
   * @param scheduler what the listener does, such as loading, blocks one of its threads
   * @param interval from the end of a look to the next
   */
  public synchronized void start(ScheduledExecutorService scheduler, Duration interval) {
    looks =
        scheduler.scheduleWithFixedDelay(
            this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Includes a model; the versions that it has now are no news. Does nothing the second time. */
  public void follow(String model) {
    models.computeIfAbsent(model, name -> new WatchedModel(name, printsAtFirst(name), listener));
  }

  /** Looks once at all models that are followed. */
  void look() {
    models.forEach(
        (name, model) -> {
          try {
            model.look(prints(name));
          } catch (IOException e) {
            // Somebody is changing the files right now; the next look will tell.
            LOG.debug("Model {} could not be looked at: {}", name, e.toString());
          } catch (RuntimeException e) {
            // It must not end the looks, which a scheduler would do.
            LOG.warn("Model {} could not be looked at", name, e);
          }
        });
  }

  /** Looks no more. */
  @Override
  public synchronized void close() {
    if (looks != null) {
      looks.cancel(false);
    }
  }

  private Map<String, VersionPrint> printsAtFirst(String model) {
    try {
      return prints(model);
    } catch (IOException e) {
      LOG.debug("Model {} could not be looked at: {}", model, e.toString());
      return Map.of();
    }
  }

  private Map<String, VersionPrint> prints(String model) throws IOException {
    Map<String, VersionPrint> prints = new HashMap<>();
    for (String version : repository.versions(model)) {
      prints.put(version, VersionPrint.of(folder.resolve(model).resolve(version)));
    }
    return prints;
  }
}
