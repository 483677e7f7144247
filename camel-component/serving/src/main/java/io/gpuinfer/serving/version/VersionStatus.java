package io.gpuinfer.serving.version;

import java.util.List;

/**
 * Which versions of a model are in memory, and what is happening to them.
 *
 * @param served the version that answers; null while there is none
 * @param previous the version that a roll-back would go to; null when there is none
 * @param leases requests that use the served version now
 * @param draining versions that were replaced but are still in memory, for requests that use them
 * @param change the change that is going on; null when there is none
 * @param lastFailure the latest change that came to nothing; null when there was none
 */
public record VersionStatus(
    String served,
    String previous,
    int leases,
    List<String> draining,
    VersionChange change,
    ChangeFailure lastFailure) {

  public VersionStatus {
    draining = List.copyOf(draining);
  }
}
