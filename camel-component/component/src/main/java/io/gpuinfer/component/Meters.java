package io.gpuinfer.component;

import java.util.Optional;
import org.apache.camel.CamelContext;

/** Meters, where Micrometer is on the class path and the application has a registry for them. */
final class Meters {

  private static final String REGISTRY = "io.micrometer.core.instrument.MeterRegistry";

  private Meters() {}

  /** What keeps the meters of a component; empty where there is nothing to keep them in. */
  static Optional<ModelObserver> in(CamelContext context) {
    // The class that imports Micrometer must not be touched without it.
    return context.getClassResolver().resolveClass(REGISTRY) == null
        ? Optional.empty()
        : ModelMeters.in(context);
  }
}
