/** Sentence embeddings: texts to word pieces, vectors of word pieces to one of the text. */
package io.gpuinfer.tasks.embedding;
