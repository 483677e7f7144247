package io.gpuinfer.component;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerListener;
import java.util.List;

/** Hears of the models of a component: when they come, what their servers do, and when they go. */
interface ModelObserver {

  /** What hears the servers of a model that is about to be loaded. */
  default ServerListener listener(ModelKey key) {
    return ServerListener.NONE;
  }

  /**
   * A model was loaded.
   *
   * @param version that was found
   */
  default void loaded(ModelKey key, String version, List<ModelServer> servers) {}

  /** A model that was loaded is about to be closed, or was. */
  default void unloaded(ModelKey key, String version, List<ModelServer> servers) {}
}
