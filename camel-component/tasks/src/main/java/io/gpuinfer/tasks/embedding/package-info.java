/** Sentence embeddings: text to word pieces, word pieces to a vector, vectors to a ranking. */
package io.gpuinfer.tasks.embedding;
