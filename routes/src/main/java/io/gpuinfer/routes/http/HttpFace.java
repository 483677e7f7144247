package io.gpuinfer.routes.http;

import io.gpuinfer.tasks.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One protocol in front of models. A route calls {@link #request}, then sends to the endpoint in
 * the variable {@value #ENDPOINT} if there is one and calls {@link #answered}, and {@link #failed}
 * for what was thrown.
 */
public abstract class HttpFace {

  /** The variable with the endpoint that has to answer. */
  static final String ENDPOINT = "endpoint";

  private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

  private final String base;
  private int maxBytes = 1 << 25;

  /**
   * @param base the path below which all of it is
   */
  HttpFace(String base) {
    this.base = base;
  }

  /** The longest body that is read, in bytes. */
  public void setMaxBytes(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  int maxBytes() {
    return maxBytes;
  }

  /** Takes a request: answers it, or sets its endpoint and what that is to be sent. */
  public final void request(Exchange exchange) {
    Message message = exchange.getMessage();
    String method = message.getHeader(Exchange.HTTP_METHOD, String.class);
    dispatch(exchange, method, path(message));
  }

  /**
   * @param path the segments of the path below the base
   */
  abstract void dispatch(Exchange exchange, String method, List<String> path);

  /** Makes the answer of what the endpoint answered. */
  public abstract void answered(Exchange exchange);

  /** Tells of the failure of the exchange. */
  public final void failed(Exchange exchange) {
    Throwable thrown = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    HttpFailure failure = failure(thrown);
    if (failure.isFault()) {
      LOG.error("A request failed", thrown);
    }
    answer(exchange, failure.status(), error(failure));
    Message message = exchange.getMessage();
    failure
        .retryAfter()
        .ifPresent(seconds -> message.setHeader("Retry-After", Long.toString(seconds)));
    if (failure.status() == 401) {
      message.setHeader("WWW-Authenticate", "Bearer");
    }
  }

  /** What a failure comes to. */
  HttpFailure failure(Throwable thrown) {
    return HttpFailure.of(thrown);
  }

  /** What the protocol tells of a failure, for {@link JsonText}. */
  abstract Object error(HttpFailure failure);

  static void answer(Exchange exchange, int status, Object body) {
    answerText(exchange, status, JsonText.of(body));
  }

  /** Sets the answer, and drops the headers of the request and of models. */
  static void answerText(Exchange exchange, int status, String json) {
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setBody(json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Leaves it to an endpoint to answer. The request's headers, which may hold secrets, stay here.
   */
  static void send(Exchange exchange, String endpoint, Object body) {
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(body);
    exchange.setVariable(ENDPOINT, endpoint);
  }

  static void requireMethod(String allowed, String method) {
    if (!allowed.equals(method)) {
      throw new HttpRefusal(405, "Only %s is answered here".formatted(allowed));
    }
  }

  static HttpRefusal notThere() {
    return new HttpRefusal(404, "There is nothing at this path");
  }

  /** Some servers leave out the path of the route, and some do not. */
  private List<String> path(Message message) {
    String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
    String below =
        path.equals(base) || path.startsWith(base + "/") ? path.substring(base.length()) : path;
    return Arrays.stream(below.split("/")).filter(segment -> !segment.isEmpty()).toList();
  }
}
