package io.gpuinfer.serving.state;

import io.gpuinfer.serving.ServerState;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * All transitions between states. An event that a state does not list leaves it as it is.
 *
 * <p>The picture in {@code docs/states.adoc} is made from this table.
 */
public final class StateTable {

  private static final Map<ServerState, Map<StateEvent, ServerState>> TRANSITIONS =
      new EnumMap<>(ServerState.class);

  static {
    on(ServerState.STABLE, StateEvent.STRAINED, ServerState.DEGRADED);
    on(ServerState.STABLE, StateEvent.DEVICE_FAILED, ServerState.OFFLINE);
    on(ServerState.DEGRADED, StateEvent.RELIEVED, ServerState.STABLE);
    on(ServerState.DEGRADED, StateEvent.DEVICE_FAILED, ServerState.OFFLINE);
    on(ServerState.OFFLINE, StateEvent.DEVICE_BACK, ServerState.RECOVERING);
    on(ServerState.RECOVERING, StateEvent.PROVEN, ServerState.STABLE);
    on(ServerState.RECOVERING, StateEvent.DEVICE_FAILED, ServerState.OFFLINE);
  }

  private StateTable() {}

  private static void on(ServerState from, StateEvent event, ServerState to) {
    TRANSITIONS.computeIfAbsent(from, key -> new EnumMap<>(StateEvent.class)).put(event, to);
  }

  /** The state that an event leads to; empty where it changes nothing. */
  public static Optional<ServerState> next(ServerState from, StateEvent event) {
    return Optional.ofNullable(TRANSITIONS.get(from).get(event));
  }

  /** The table as a state diagram of Mermaid. */
  public static String mermaid() {
    StringBuilder diagram = new StringBuilder("stateDiagram-v2\n  [*] --> STABLE\n");
    TRANSITIONS.forEach(
        (from, events) ->
            events.forEach(
                (event, to) ->
                    diagram.append(
                        "  %s --> %s: %s<br/>%s\n".formatted(from, to, event, event.meaning()))));
    return diagram.toString();
  }
}
