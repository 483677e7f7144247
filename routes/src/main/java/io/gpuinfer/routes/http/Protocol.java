package io.gpuinfer.routes.http;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The protocols, each with the path below which it is spoken, and its way to tell of a failure. */
public enum Protocol {
  /** {@code {"error": "…"}}. */
  OPEN_INFERENCE("/v2"),

  /** {@code {"error": {"message", "type", "param", "code"}}}. */
  OPENAI("/v1") {
    @Override
    public Object error(HttpFailure failure) {
      return Map.of("error", OpenAiError.of(failure));
    }
  },

  /** {@code {"error": "…"}}. Its bodies are small, and whoever sends one may not know the token. */
  ADMIN("/admin/models") {
    @Override
    int maxBytes(int limit) {
      return Math.min(limit, 1 << 16);
    }
  };

  private final String base;

  Protocol(String base) {
    this.base = base;
  }

  /** The path below which all of it is. */
  String base() {
    return base;
  }

  /** The longest body, in bytes, where all protocols have that limit. */
  int maxBytes(int limit) {
    return limit;
  }

  /**
   * The protocol that is spoken at a path. A web server that refuses a request before any route
   * hears of it can so refuse it as the protocol does.
   *
   * @param path such as {@code /v2/models}
   */
  public static Optional<Protocol> at(String path) {
    return Arrays.stream(values()).filter(protocol -> protocol.holds(path)).findFirst();
  }

  boolean holds(String path) {
    return path.equals(base) || path.startsWith(base + "/");
  }

  /** What the protocol tells of a failure: an object of JSON, as maps, records and texts. */
  public Object error(HttpFailure failure) {
    return Map.of("error", failure.message());
  }

  private record OpenAiError(String message, String type, String param, String code) {

    static OpenAiError of(HttpFailure failure) {
      String type =
          switch (failure.status()) {
            case 429 -> "rate_limit_error";
            case 500, 503, 504 -> "server_error";
            default -> "invalid_request_error";
          };
      String code =
          switch (failure.status()) {
            case 404 -> "model_not_found";
            case 429 -> "rate_limit_exceeded";
            default -> null;
          };
      return new OpenAiError(failure.message(), type, null, code);
    }
  }
}
