package io.gpuinfer.serving;

import io.gpuinfer.serving.state.StateChange;

/**
 * Hears what happens in a {@link ModelServer}. It is called by whichever thread made it happen,
 * never under the server's lock; it should be quick, and must not throw.
 */
public interface ServerListener {

  /** Hears nothing. */
  ServerListener NONE = new ServerListener() {};

  /** The state of a server changed. */
  default void stateChanged(StateChange change) {}

  /** A device has run a batch. */
  default void batchEnded(BatchReport batch) {}

  /** An admitted request ended; told once for each. */
  default void requestEnded(RequestReport request) {}

  /**
   * A request was not admitted.
   *
   * @param server name of the server
   * @param version version of the model
   */
  default void requestRefused(String server, String version, Priority priority, Refusal why) {}
}
