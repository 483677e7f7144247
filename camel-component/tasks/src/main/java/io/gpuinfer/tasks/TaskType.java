package io.gpuinfer.tasks;

/** What an endpoint does with a body before and after the model. */
public enum TaskType {
  /** What the model's description says, or else its inputs and outputs. */
  AUTO,
  /** Raw tensors in, raw tensors out. */
  TENSOR,
  /** Text in, a unit vector out. */
  EMBEDDING,
  /** A query and documents in, the documents by how well they answer it out. */
  RERANK,
  /** A picture in, lines of text with boxes out. */
  OCR,
  /** Arrays in, arrays out, through a kernel that the user wrote. */
  KERNEL;

  /** Whether there must be files of a model for it. */
  public boolean needsModel() {
    return switch (this) {
      case KERNEL -> false;
      default -> true;
    };
  }
}
