package io.gpuinfer.serving.version;

/**
 * A change that came to nothing.
 *
 * @param version the version that was to come, or to go
 * @param reason what was wrong, in words
 * @param epochMillis when, as {@link System#currentTimeMillis()} tells it
 */
public record ChangeFailure(String version, String reason, long epochMillis) {}
