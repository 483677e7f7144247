package io.gpuinfer.serving.version;

/**
 * A change that is going on.
 *
 * @param version the version that comes; where a model is unloaded, the one that goes
 * @param phase what it is doing
 * @param sinceEpochMillis when the change began, as {@link System#currentTimeMillis()} tells it
 */
public record VersionChange(String version, ChangePhase phase, long sinceEpochMillis) {}
