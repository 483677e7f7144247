package io.gpuinfer.component;

/** What an endpoint does with an exchange. */
public enum Operation {
  /** Answers its body with the model. */
  INFER,
  /** Tells which versions of the model are loaded. */
  STATUS,
  /** Loads a version where none is. */
  LOAD,
  /** Has another version serve. */
  SWAP,
  /** Has the version serve again that did before. */
  ROLLBACK,
  /** Gives the model's memory back. */
  UNLOAD
}
