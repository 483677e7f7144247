package io.gpuinfer.dashboard;

import io.gpuinfer.component.GpuInferEndpoint;
import io.gpuinfer.component.ServedModel;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.util.URISupport;

/** Where requests to a model go in. */
final class Entrances {

  private final CamelContext camel;
  private final Map<String, String> configured;

  /**
   * @param configured URIs by the ids of models
   */
  Entrances(CamelContext camel, Map<String, String> configured) {
    this.camel = camel;
    this.configured = configured;
  }

  /** What is told of where it is; empty where the model has no endpoint any more. */
  Optional<String> of(ServedModel model) {
    return Optional.ofNullable(configured.get(model.id()))
        .map(URISupport::sanitizeUri)
        .or(() -> model.endpoints().stream().findFirst());
  }

  /**
   * Where a request goes in that may go through a route first.
   *
   * @throws Refusal when there is no such endpoint any more
   */
  Endpoint entrance(ServedModel model) {
    String route = configured.get(model.id());
    return route == null ? endpoint(model) : camel.getEndpoint(route);
  }

  /**
   * The model's own endpoint, as a route of the application has it.
   *
   * @throws Refusal when there is none any more
   */
  Endpoint endpoint(ServedModel model) {
    return camel.getEndpoints().stream()
        .filter(GpuInferEndpoint.class::isInstance)
        .filter(
            endpoint ->
                model.endpoints().contains(URISupport.sanitizeUri(endpoint.getEndpointUri())))
        .findFirst()
        .orElseThrow(
            () -> Refusal.notFound("No endpoint uses the model %s any more".formatted(model.id())));
  }
}
