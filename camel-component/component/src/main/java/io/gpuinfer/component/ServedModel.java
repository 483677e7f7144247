package io.gpuinfer.component;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.version.VersionStatus;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.TaskType;
import java.util.List;
import java.util.Optional;

/**
 * A model as some started endpoints share it, at one moment.
 *
 * @param id a short text that is no other loaded model's, such as {@code minilm@auto}
 * @param model its name
 * @param device where it runs, as the endpoints put it
 * @param task what it does with a body
 * @param content what a body must hold; empty while no version is loaded
 * @param state how well it is served
 * @param pinned whether the endpoints name a version or a file, so that no operation changes it
 * @param versions which versions are in memory, and what is happening to them
 * @param underWay requests that have no answer yet
 * @param mostUnderWay how many there may be
 * @param maxBatchSize items that may share a run
 * @param drill whether its device fails on purpose
 * @param endpoints URIs of the endpoints, without what is secret in them
 * @param servers those of the version that serves: their counts, states and devices; none while no
 *     version is loaded
 */
public record ServedModel(
    String id,
    String model,
    String device,
    TaskType task,
    Optional<Content> content,
    ServerState state,
    boolean pinned,
    VersionStatus versions,
    int underWay,
    int mostUnderWay,
    int maxBatchSize,
    boolean drill,
    List<String> endpoints,
    List<ModelServer> servers) {

  public ServedModel {
    endpoints = List.copyOf(endpoints);
    servers = List.copyOf(servers);
  }
}
