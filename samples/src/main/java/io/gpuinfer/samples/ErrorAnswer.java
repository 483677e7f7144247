package io.gpuinfer.samples;

/**
 * What a caller gets instead of an answer.
 *
 * @param type what kind of failure it is, such as {@code InvalidInput}
 * @param message what went wrong, and what to do about it
 * @param status the HTTP status of the response
 */
record ErrorAnswer(String type, String message, int status) {}
