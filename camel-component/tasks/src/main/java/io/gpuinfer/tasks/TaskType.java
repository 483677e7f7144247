package io.gpuinfer.tasks;

/** What an endpoint does with a body before and after the model. */
public enum TaskType {
  /** Taken from the model's description; tensors where it has none. */
  AUTO,
  /** Raw tensors in, raw tensors out. */
  TENSOR,
  /** Text in, a unit vector out. */
  EMBEDDING,
  /** A picture in, lines of text with boxes out. */
  OCR
}
