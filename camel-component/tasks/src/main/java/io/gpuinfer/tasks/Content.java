package io.gpuinfer.tasks;

/** What a body must hold for a task to take it. */
public enum Content {
  /** A text. */
  TEXT,
  /** A picture, decoded or not. */
  PICTURE,
  /** Numbers, or tensors by name. */
  NUMBERS
}
