package io.gpuinfer.serving.admission;

import io.gpuinfer.serving.ServerState;

/**
 * What a server has to do already when a request comes.
 *
 * @param state of the server
 * @param inServer requests that wait or run
 * @param most requests that may be in the server while it recovers
 * @param pace nanoseconds for a unit of work, with all devices at work; 0 while not known
 * @param untilFree nanoseconds until a device has finished what it runs
 */
public record Load(ServerState state, int inServer, int most, double pace, double untilFree) {}
