package io.gpuinfer.routes.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.component.GpuInferComponent;
import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.component.ModelStatus;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.UnsupportedModelException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Which versions of models are loaded, and changes of them, for callers who know the token. A
 * caller who does not learns nothing, not even which models there are.
 */
public final class AdminFace extends HttpFace {

  private static final String SCHEME = "Bearer ";
  private static final int SHORTEST_TOKEN = 16;
  private static final Set<String> OPERATIONS = Set.of("load", "swap", "rollback", "unload");

  /** The members of a body, and the headers that they become. */
  private static final Map<String, String> HEADERS =
      Map.of(
          "version", GpuInferConstants.TARGET_VERSION,
          "drainFirst", GpuInferConstants.DRAIN_FIRST,
          "force", GpuInferConstants.FORCE);

  private byte[] token;

  public AdminFace() {
    super(Protocol.ADMIN);
  }

  /**
   * What callers have to send as {@code Authorization: Bearer}.
   *
   * @param token empty where there is no such face
   * @throws IllegalArgumentException when it is so short that it could be guessed
   */
  public void setToken(String token) {
    if (!token.isEmpty() && token.length() < SHORTEST_TOKEN) {
      throw new IllegalArgumentException(
          "gpu-infer.admin.token must have at least %d characters".formatted(SHORTEST_TOKEN));
    }
    this.token = token.isEmpty() ? null : token.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void dispatch(Exchange exchange, String method, List<String> path) {
    requireToken(exchange.getMessage());
    GpuInferComponent component =
        exchange.getContext().getComponent("gpu-infer", GpuInferComponent.class);
    if (path.isEmpty()) {
      requireGet(method);
      answer(exchange, 200, Map.of("models", component.statuses()));
      return;
    }
    ModelStatus status = status(component, path.get(0));
    if (path.size() == 1) {
      requireGet(method);
      answer(exchange, 200, status);
    } else if (path.size() == 2 && OPERATIONS.contains(path.get(1))) {
      requirePost(method);
      Map<String, Object> headers = headers(exchange.getMessage());
      send(exchange, "gpu-infer:%s?operation=%s".formatted(status.model(), path.get(1)), null);
      headers.forEach(exchange.getMessage()::setHeader);
    } else {
      throw notThere();
    }
  }

  @Override
  public void answered(Exchange exchange) {
    answer(exchange, 200, exchange.getMessage().getBody(ModelStatus.class));
  }

  @Override
  HttpFailure failure(Throwable thrown) {
    // Who may change models may know why one does not load.
    return thrown instanceof ModelLoadException || thrown instanceof UnsupportedModelException
        ? HttpFailure.of(new HttpRefusal(422, thrown.getMessage(), thrown))
        : HttpFailure.of(thrown);
  }

  /** A name that is none of these never becomes a part of a URI. */
  private static ModelStatus status(GpuInferComponent component, String model) {
    return component.statuses().stream()
        .filter(status -> status.model().equals(model))
        .findFirst()
        .orElseThrow(() -> new HttpRefusal(404, "No started endpoint uses a model of that name"));
  }

  private Map<String, Object> headers(Message message) {
    Map<String, Object> headers = new HashMap<>();
    byte[] body = HttpBody.read(message, maxBytes());
    if (body.length == 0) {
      return headers;
    }
    JsonNode json = HttpBody.parseObject(body);
    json.fieldNames()
        .forEachRemaining(
            name -> {
              JsonNode value = json.get(name);
              boolean fits = name.equals("version") ? value.isTextual() : value.isBoolean();
              if (!HEADERS.containsKey(name) || !fits) {
                throw new InvalidInputException(
                    "The body may hold 'version', a text, and 'drainFirst' and 'force', true or"
                        + " false");
              }
              headers.put(HEADERS.get(name), value.asText());
            });
    return headers;
  }

  /** Compares in a time that tells nothing of the token. */
  private void requireToken(Message message) {
    String sent = message.getHeader("Authorization", "", String.class);
    boolean bearer = sent.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    byte[] offered =
        bearer ? sent.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8) : null;
    if (token == null || offered == null || !MessageDigest.isEqual(token, offered)) {
      throw new HttpRefusal(
          401,
          bearer
              ? "The token is not the right one"
              : "The header Authorization must be Bearer and a token");
    }
  }
}
