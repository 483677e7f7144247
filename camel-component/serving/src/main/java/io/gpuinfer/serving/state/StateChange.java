package io.gpuinfer.serving.state;

import io.gpuinfer.serving.ServerState;

/**
 * A change of a server's state.
 *
 * @param server name of the server
 * @param version version of the model it serves
 * @param from the state before
 * @param to the state after
 * @param event what has happened
 * @param reason the same in words, with figures
 * @param epochMillis when, as {@link System#currentTimeMillis()} tells it
 */
public record StateChange(
    String server,
    String version,
    ServerState from,
    ServerState to,
    StateEvent event,
    String reason,
    long epochMillis) {}
