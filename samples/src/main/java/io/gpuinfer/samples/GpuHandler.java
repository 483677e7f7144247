package io.gpuinfer.samples;

import io.gpuinfer.engine.GpuInferException;
import io.gpuinfer.samples.requests.Answer;
import io.gpuinfer.samples.requests.UserRequest;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.slf4j.MDC;
import org.springframework.stereotype.Service;

/** The routes as plain Java. */
@Service
public class GpuHandler {

  private final ProducerTemplate routes;

  public GpuHandler(ProducerTemplate routes) {
    this.routes = routes;
  }

  /**
   * Answers a request.
   *
   * @throws io.gpuinfer.engine.InvalidInputException when the request cannot be answered as it is
   * @throws io.gpuinfer.engine.OverloadedException when too many requests wait
   * @throws io.gpuinfer.engine.DeadlineExceededException when it took too long
   * @throws GpuInferException when the models could not be run at all
   */
  public Answer processRequest(UserRequest request) {
    return send("direct:requests", request, Map.of());
  }

  /** Answers a request in JSON. */
  Answer processJson(byte[] json) {
    return send("direct:requests-json", json, Map.of());
  }

  /** Answers a request in JSON whose file came beside it. */
  Answer processJson(byte[] json, byte[] file) {
    return send("direct:requests-json", json, Map.of("file", file));
  }

  /**
   * Performs one of the tasks in {@code camel/tasks.yaml}.
   *
   * @param route the route's id
   * @param body what the task takes
   * @return what the route left
   */
  Message perform(String route, byte[] body) {
    return ask("direct:" + route, body, Map.of());
  }

  private Answer send(String route, Object body, Map<String, Object> headers) {
    return ask(route, body, headers).getBody(Answer.class);
  }

  private Message ask(String route, Object body, Map<String, Object> headers) {
    String requestId = MDC.get(RequestIds.KEY);
    // Camel has it from the header. What a thread had before, it puts back on another one.
    MDC.remove(RequestIds.KEY);
    try {
      Exchange exchange =
          routes.request(
              route,
              request -> {
                request.getMessage().setBody(body);
                request.getMessage().setHeaders(new HashMap<>(headers));
                if (requestId != null) {
                  request.getMessage().setHeader(RequestIds.KEY, requestId);
                }
              });
      if (exchange.getException() != null) {
        throw reason(exchange.getException());
      }
      return exchange.getMessage();
    } finally {
      if (requestId != null) {
        MDC.put(RequestIds.KEY, requestId);
      }
    }
  }

  /** Camel wraps what a step threw, some steps several times; callers are to see ours. */
  private static RuntimeException reason(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof GpuInferException ours) {
        return ours;
      }
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure);
  }
}
