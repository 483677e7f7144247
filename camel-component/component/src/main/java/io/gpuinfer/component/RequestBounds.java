package io.gpuinfer.component;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.Priority;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What one request may cost and where it stands in the queue, after its endpoint and its headers.
 *
 * @param timeout never longer than the endpoint's
 * @param priority place in the queue
 */
record RequestBounds(Duration timeout, Priority priority) {

  static RequestBounds of(Exchange exchange, GpuInferConfiguration configuration) {
    Message message = exchange.getMessage();
    return new RequestBounds(
        timeout(message, Duration.ofMillis(configuration.getRequestTimeout())),
        priority(message, configuration.getPriority()));
  }

  private static Duration timeout(Message message, Duration most) {
    Object header = message.getHeader(GpuInferConstants.TIMEOUT);
    if (header == null) {
      return most;
    }
    Duration wanted =
        header instanceof Number millis
            ? Duration.ofMillis(millis.longValue())
            : converted(message, header, Duration.class);
    if (wanted == null || wanted.isNegative() || wanted.isZero()) {
      throw new InvalidInputException(
          "The header %s must be a time above zero, such as 500 or 2s, but is: %s"
              .formatted(GpuInferConstants.TIMEOUT, header));
    }
    return wanted.compareTo(most) < 0 ? wanted : most;
  }

  private static Priority priority(Message message, Priority otherwise) {
    Object header = message.getHeader(GpuInferConstants.PRIORITY);
    if (header == null) {
      return otherwise;
    }
    Priority wanted = converted(message, header, Priority.class);
    if (wanted == null) {
      throw new InvalidInputException(
          "The header %s must be high, normal or low, but is: %s"
              .formatted(GpuInferConstants.PRIORITY, header));
    }
    return wanted;
  }

  private static <T> T converted(Message message, Object value, Class<T> type) {
    return message.getExchange().getContext().getTypeConverter().tryConvertTo(type, value);
  }
}
