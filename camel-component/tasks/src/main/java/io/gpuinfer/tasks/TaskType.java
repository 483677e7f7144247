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
  /** A text or a picture in, the likeliest of a model's classes out. */
  CLASSIFICATION,
  /** A picture in, lines of text with boxes out. */
  OCR,
  /** A picture in, the boxes of what a model sees in it out. */
  DETECTION,
  /** A picture in, a picture made of it out, without a model. */
  IMAGE,
  /** Arrays in, arrays out, through a kernel that the user wrote. */
  KERNEL;

  /** Whether there must be files of a model for it. */
  public boolean needsModel() {
    return switch (this) {
      case IMAGE, KERNEL -> false;
      default -> true;
    };
  }
}
