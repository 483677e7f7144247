package io.gpuinfer.serving.version;

/** What a change of version is doing. */
public enum ChangePhase {
  /** A version is loaded, warmed up and tried. */
  LOADING,
  /** The requests that use the version before are waited for. */
  DRAINING,
  /** The version before is loaded again, because the one that was to replace it failed. */
  RESTORING
}
