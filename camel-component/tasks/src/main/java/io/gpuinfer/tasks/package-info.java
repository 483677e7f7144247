/**
 * What an endpoint can do: tensors, embeddings, pictures and text in them. Each task turns a body
 * into tensors, has its models run by their servers, and turns the outputs into an answer.
 */
package io.gpuinfer.tasks;
