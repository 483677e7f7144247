package io.gpuinfer.serving.repository;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a {@link RepositoryWatch} knows of one model. Not thread-safe: looks are taken one after the
 * other.
 */
final class WatchedModel {

  private final String name;
  private final RepositoryWatch.Listener listener;

  /** What was told already, or was there from the start. */
  private final Map<String, VersionPrint> known;

  private Map<String, VersionPrint> lastLook;

  /**
   * @param versions those that are there already, which are no news
   */
  WatchedModel(String name, Map<String, VersionPrint> versions, RepositoryWatch.Listener listener) {
    this.name = name;
    this.listener = listener;
    this.known = new HashMap<>(versions);
    this.lastLook = versions;
  }

  /** Compares what is there now with what was there; only what two looks agree on counts. */
  void look(Map<String, VersionPrint> now) {
    Optional<String> highest = ModelRepository.highestOf(now.keySet());
    now.forEach(
        (version, print) -> {
          boolean settled = print.equals(lastLook.get(version));
          if (settled && !print.equals(known.get(version))) {
            // What is not the highest would not be served, so it is no news, now or later.
            boolean news = version.equals(highest.orElse(null));
            if (!news || listener.appeared(name, version)) {
              known.put(version, print);
            }
          }
        });
    for (String version : List.copyOf(known.keySet())) {
      boolean gone = !now.containsKey(version) && !lastLook.containsKey(version);
      if (gone && listener.disappeared(name, version)) {
        known.remove(version);
      }
    }
    lastLook = now;
  }
}
