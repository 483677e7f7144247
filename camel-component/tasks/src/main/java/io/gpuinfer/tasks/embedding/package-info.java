/** Sentence embeddings: text to word pieces, word pieces to a vector. */
package io.gpuinfer.tasks.embedding;
