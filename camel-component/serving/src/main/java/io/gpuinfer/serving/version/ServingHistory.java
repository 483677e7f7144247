package io.gpuinfer.serving.version;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The versions that have served, the latest first, each once.
 *
 * @param versions no more than a few: nobody rolls back further
 */
record ServingHistory(List<String> versions) {

  static final ServingHistory NONE = new ServingHistory(List.of());

  private static final int LONGEST = 8;

  /** The history once a version has served. */
  ServingHistory with(String version) {
    return new ServingHistory(
        Stream.concat(Stream.of(version), versions.stream().filter(v -> !v.equals(version)))
            .limit(LONGEST)
            .toList());
  }

  /**
   * What served before.
   *
   * @param served the version that serves now, or null
   */
  Optional<String> before(String served) {
    return versions.stream().filter(version -> !version.equals(served)).findFirst();
  }
}
