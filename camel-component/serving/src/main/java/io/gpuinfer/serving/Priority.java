package io.gpuinfer.serving;

/** Which request goes first when several wait. */
public enum Priority {
  HIGH,
  NORMAL,
  LOW
}
