package io.gpuinfer.tasks.embedding;

/** What the task {@code embedding} answers a text with. */
enum EmbeddingAnswer {
  /** The values alone, a {@code float[]}. */
  VECTOR,
  /** An {@link Embedding}. */
  EMBEDDING
}
