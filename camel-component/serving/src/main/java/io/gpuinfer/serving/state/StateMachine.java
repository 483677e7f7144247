package io.gpuinfer.serving.state;

import io.gpuinfer.serving.ServerState;
import java.util.Optional;

/** The state of one server. Not thread-safe: its owner guards it. */
public final class StateMachine {

  private ServerState state = ServerState.STABLE;

  public ServerState state() {
    return state;
  }

  /**
   * Tells of an event.
   *
   * @return the state before, where the event changed it
   */
  public Optional<ServerState> on(StateEvent event) {
    ServerState before = state;
    Optional<ServerState> after = StateTable.next(before, event);
    state = after.orElse(before);
    return after.map(changed -> before);
  }
}
