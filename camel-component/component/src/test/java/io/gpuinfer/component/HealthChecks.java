package io.gpuinfer.component;

import java.util.Collection;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.health.DefaultHealthCheckRegistry;
import org.apache.camel.impl.health.ProducersHealthCheckRepository;

/** The health checks of an application that asks producers. */
final class HealthChecks {

  private HealthChecks() {}

  /** Lets a context have them; before it starts. */
  static void enable(CamelContext context) {
    ProducersHealthCheckRepository producers = new ProducersHealthCheckRepository();
    producers.setCamelContext(context);
    producers.setEnabled(true);
    HealthCheckRegistry registry = new DefaultHealthCheckRegistry(context);
    registry.register(producers);
    context.getCamelContextExtension().addContextPlugin(HealthCheckRegistry.class, registry);
  }

  /** Those of this component that tell whether requests can be sent. */
  static Collection<HealthCheck.Result> readiness(CamelContext context) {
    return own(HealthCheckHelper.invokeReadiness(context, "full"));
  }

  /** Those of this component that tell whether the process should go on. */
  static Collection<HealthCheck.Result> liveness(CamelContext context) {
    return own(HealthCheckHelper.invokeLiveness(context, "full"));
  }

  private static Collection<HealthCheck.Result> own(Collection<HealthCheck.Result> results) {
    return results.stream()
        .filter(result -> result.getCheck().getId().contains("gpu-infer"))
        .toList();
  }
}
