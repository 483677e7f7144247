package io.gpuinfer.routes;

import io.gpuinfer.engine.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;

/** The types of requests that a route takes, and the endpoint for each. */
public final class RequestTypes {

  private final Map<String, String> endpoints = new LinkedHashMap<>();

  /**
   * Reads types and endpoints.
   *
   * @param endpoints such as {@code text=direct:text,image=direct:image}
   */
  public RequestTypes(String endpoints) {
    for (String pair : endpoints.split(",")) {
      String[] parts = pair.strip().split("=", 2);
      if (parts.length < 2 || parts[0].isBlank() || parts[1].isBlank()) {
        throw new IllegalArgumentException(
            "'%s' is no type with its endpoint, as in text=direct:text".formatted(pair));
      }
      this.endpoints.put(parts[0], parts[1]);
    }
  }

  /**
   * Puts the endpoint for a type into the variable {@code endpoint}.
   *
   * @throws InvalidInputException when there is none
   */
  public void choose(@Variable("requestType") String type, Exchange exchange) {
    String endpoint = endpoints.get(type);
    if (endpoint == null) {
      throw new InvalidInputException(
          "Unknown requestType '%s': it must be one of %s"
              .formatted(type, String.join(", ", endpoints.keySet())));
    }
    exchange.setVariable("endpoint", endpoint);
  }
}
