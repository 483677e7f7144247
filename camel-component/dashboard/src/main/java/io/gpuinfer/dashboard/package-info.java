/**
 * A page that shows how the models of a Spring Boot application are served, and the figures behind
 * it as JSON: {@code /gpu-infer/} and {@code /gpu-infer/api}.
 *
 * <p>Nothing is counted here that is counted elsewhere. Batches, queues, states and errors are
 * those of the models' servers, and requests are told by the endpoints where they end ({@link
 * io.gpuinfer.component.CallListener}). Once a second a sample is taken of them, kept for an hour
 * at most, and sent to the pages that are open.
 */
package io.gpuinfer.dashboard;
