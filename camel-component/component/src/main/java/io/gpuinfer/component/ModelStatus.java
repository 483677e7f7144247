package io.gpuinfer.component;

import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.version.VersionStatus;
import java.util.List;

/**
 * The versions of a model, and what is loaded of them. Made of texts, numbers, enums, lists and
 * records of these, so that any JSON library can write it.
 *
 * @param model name of the model
 * @param available versions in the repository, the highest last
 * @param serving one for each way in which started endpoints use the model
 */
public record ModelStatus(String model, List<String> available, List<Serving> serving) {

  public ModelStatus {
    available = List.copyOf(available);
    serving = List.copyOf(serving);
  }

  /**
   * The model as some endpoints share it.
   *
   * @param device where it runs, as the endpoints put it
   * @param task what it does with a body
   * @param state how well it is served now
   * @param pinned whether the endpoints name a version or a file, so that no operation changes it
   * @param versions which versions are in memory, and what is happening to them
   */
  public record Serving(
      String device, String task, ServerState state, boolean pinned, VersionStatus versions) {}
}
