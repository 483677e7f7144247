package io.gpuinfer.samples.fleet.worker;

import io.gpuinfer.engine.InvalidInputException;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;

/** An answer is found by the id of its request, which is the key of its record. */
public final class RequestIds {

  private static final int LONGEST = 200;

  /**
   * Lets a request pass, or a list of them.
   *
   * @throws InvalidInputException when one of them has no key, or one of more than 200 characters
   */
  public void require(Exchange exchange) {
    if (exchange.getMessage().getBody() instanceof List<?> requests) {
      for (Object request : requests) {
        require(((Exchange) request).getMessage());
      }
    } else {
      require(exchange.getMessage());
    }
  }

  private static void require(Message request) {
    String key = request.getHeader(KafkaConstants.KEY, String.class);
    if (key == null || key.isBlank()) {
      throw new InvalidInputException(
          "The record has no key: a request is keyed by its id, by which its answer is found");
    }
    if (key.length() > LONGEST) {
      throw new InvalidInputException(
          "The request's id, the key of its record, has %d characters; at most %d may be"
              .formatted(key.length(), LONGEST));
    }
  }
}
