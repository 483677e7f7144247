package io.gpuinfer.serving;

/**
 * Something that went wrong in a server.
 *
 * @param epochMillis when, as {@link System#currentTimeMillis()} tells it
 * @param message what, and what to do about it
 */
public record ServerError(long epochMillis, String message) {}
