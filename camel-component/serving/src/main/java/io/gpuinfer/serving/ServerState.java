package io.gpuinfer.serving;

/** How well a model is served right now. */
public enum ServerState {
  /** Requests are answered in time. */
  STABLE,
  /** Requests are answered, but the load is high. */
  DEGRADED,
  /** The device failed; requests are refused at once. */
  OFFLINE,
  /** The device is being tried again. */
  RECOVERING
}
