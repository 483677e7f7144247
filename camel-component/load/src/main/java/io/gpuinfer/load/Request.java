package io.gpuinfer.load;

import io.gpuinfer.serving.Priority;

/**
 * What a caller wants an answer for.
 *
 * @param body of the message
 */
public record Request(Object body, Priority priority) {}
