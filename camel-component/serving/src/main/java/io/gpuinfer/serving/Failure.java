package io.gpuinfer.serving;

/** Why an admitted request failed. */
public enum Failure {
  /** It was shed under load, after it had been admitted. */
  OVERLOADED,
  /** The device failed under it, or before it could run. */
  OFFLINE,
  /** It does not fit the model. */
  INVALID,
  /** Anything else. */
  ERROR
}
