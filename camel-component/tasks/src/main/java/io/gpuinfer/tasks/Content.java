package io.gpuinfer.tasks;

/** What a body must hold for a task to take it. */
public enum Content {
  /** A text. */
  TEXT,
  /** A picture, decoded or not. */
  PICTURE,
  /** Numbers or tensors, by name or not, or a file or a text that holds them. */
  NUMBERS,
  /** Arrays of numbers and numbers, by name, or one array. */
  ARRAYS;

  /** What a message calls a body that is not what it should be. */
  public static String nameOf(Object body) {
    return body == null ? "nothing" : body.getClass().getSimpleName();
  }
}
