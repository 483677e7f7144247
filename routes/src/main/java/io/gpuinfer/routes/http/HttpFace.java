package io.gpuinfer.routes.http;

import io.gpuinfer.component.GpuInferConstants;
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

  private final Protocol protocol;
  private int maxBytes = 1 << 25;

  HttpFace(Protocol protocol) {
    this.protocol = protocol;
  }

  /** The longest body that is taken, in bytes, where the protocol itself takes more. */
  public void setMaxBytes(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  int maxBytes() {
    return protocol.maxBytes(maxBytes);
  }

  /** Takes a request: answers it, or sets its endpoint and what that is to be sent. */
  public final void request(Exchange exchange) {
    Message message = exchange.getMessage();
    RequestId.accepted(message.getHeader(RequestId.HEADER, String.class))
        .ifPresent(id -> message.setHeader(GpuInferConstants.REQUEST_ID, id));
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
    } else {
      LOG.debug("A request is answered with {}: {}", failure.status(), failure.message());
    }
    answer(exchange, failure.status(), protocol.error(failure));
    Message message = exchange.getMessage();
    failure
        .retryAfter()
        .ifPresent(seconds -> message.setHeader("Retry-After", Long.toString(seconds)));
    if (thrown instanceof MethodRefusal refusal) {
      message.setHeader("Allow", refusal.allowed());
    }
    if (failure.status() == 401) {
      message.setHeader("WWW-Authenticate", "Bearer");
    }
  }

  /** What a failure comes to. */
  HttpFailure failure(Throwable thrown) {
    return HttpFailure.of(thrown);
  }

  static void answer(Exchange exchange, int status, Object body) {
    answerText(exchange, status, JsonText.of(body));
  }

  /** Sets the answer, and drops the headers of the request and of models. */
  static void answerText(Exchange exchange, int status, String json) {
    Message message = exchange.getMessage();
    message.removeHeaders("*", GpuInferConstants.REQUEST_ID);
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
    message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    message.setBody(json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Leaves it to an endpoint to answer. The request's headers, which may hold secrets, stay here;
   * its id goes on, to the lines of logs.
   */
  static void send(Exchange exchange, String endpoint, Object body) {
    exchange.getMessage().removeHeaders("*", GpuInferConstants.REQUEST_ID);
    exchange.getMessage().setBody(body);
    exchange.setVariable(ENDPOINT, endpoint);
  }

  static void requireGet(String method) {
    // The web server keeps the body of what HEAD is answered to itself.
    if (!method.equals("GET") && !method.equals("HEAD")) {
      throw new MethodRefusal("GET, HEAD");
    }
  }

  static void requirePost(String method) {
    if (!method.equals("POST")) {
      throw new MethodRefusal("POST");
    }
  }

  static HttpRefusal notThere() {
    return new HttpRefusal(404, "There is nothing at this path");
  }

  /** Some servers leave out the path of the route, and some do not. */
  private List<String> path(Message message) {
    String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
    String below = protocol.holds(path) ? path.substring(protocol.base().length()) : path;
    return Arrays.stream(below.split("/")).filter(segment -> !segment.isEmpty()).toList();
  }
}
