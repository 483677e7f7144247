package io.gpuinfer.serving;

/** How an admitted request ended; each ends in exactly one of these ways. */
public enum Outcome {
  /** It was answered. */
  COMPLETED,
  /** It was in error, its device was, or it was shed under load; see {@link Failure}. */
  FAILED,
  /** Its caller gave it up. */
  CANCELLED,
  /** Its deadline passed, or could not have been met any more. */
  EXPIRED
}
