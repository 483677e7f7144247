package io.gpuinfer.serving;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** How well a model is served right now. */
public enum ServerState {
  /** Requests are answered in time. */
  STABLE,
  /** Requests are answered, but the load is high. */
  DEGRADED,
  /** The device failed; requests are refused at once. */
  OFFLINE,
  /** The device is being tried again. */
  RECOVERING;

  /** The states from the best to the worst. */
  private static final List<ServerState> WORSENING = List.of(STABLE, DEGRADED, RECOVERING, OFFLINE);

  /** The worst of some states; {@code STABLE} without any. */
  public static ServerState worst(Stream<ServerState> states) {
    return states.max(Comparator.comparing(WORSENING::indexOf)).orElse(STABLE);
  }
}
