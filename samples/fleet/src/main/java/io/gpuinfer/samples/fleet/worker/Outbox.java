package io.gpuinfer.samples.fleet.worker;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.samples.fleet.FleetHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.support.DefaultMessage;

/**
 * Gathers what becomes of a batch, each message with the topic that it is for: an answer, another
 * try, or a dead letter. All of it is written at once, and only then is the batch committed.
 */
public final class Outbox {

  private static final int LONGEST_REASON = 500;

  private static final Map<String, String> FIGURES =
      Map.of(
          GpuInferConstants.MODEL_VERSION, FleetHeaders.MODEL_VERSION,
          GpuInferConstants.DEVICE, FleetHeaders.DEVICE,
          GpuInferConstants.STATE, FleetHeaders.STATE,
          GpuInferConstants.BATCH_SIZE, FleetHeaders.BATCH_SIZE,
          GpuInferConstants.QUEUE_MILLIS, FleetHeaders.QUEUE_MILLIS,
          GpuInferConstants.COMPUTE_MILLIS, FleetHeaders.COMPUTE_MILLIS);

  private final String worker;
  private final String model;
  private final Topics topics;
  private final Retries retries;

  /**
   * @param worker the worker's name
   * @param model the model's name
   */
  public Outbox(String worker, String model, Topics topics, Retries retries) {
    this.worker = worker;
    this.model = model;
    this.topics = topics;
    this.retries = retries;
  }

  /** A new list for the variable {@code outgoing}. */
  public List<Message> open() {
    return new ArrayList<>();
  }

  /** Adds the answer in the body. */
  public void answer(Exchange exchange) {
    Message request = exchange.getMessage();
    byte[] value = request.getBody(String.class).getBytes(StandardCharsets.UTF_8);
    Message result = outgoing(exchange, topics.results(), value, retries.attempt(request));
    FIGURES.forEach(
        (from, to) -> {
          if (request.getHeader(from) != null) {
            result.setHeader(to, request.getHeader(from, String.class));
          }
        });
    long sent = request.getHeader(KafkaConstants.TIMESTAMP, Long.class);
    result.setHeader(
        FleetHeaders.AGE_MILLIS, Long.toString(Math.max(0, System.currentTimeMillis() - sent)));
  }

  /**
   * Adds another try of a request that met an overload, unless that was its last one; and a dead
   * letter of one that is wrong, and would be anywhere.
   *
   * @throws Exception what was caught, where it is neither: then nothing of the batch is written,
   *     and all of it is tried again
   */
  public void refuse(Exchange exchange) throws Exception {
    Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    Message request = exchange.getMessage();
    int attempt = retries.attempt(request);
    boolean overload =
        cause instanceof OverloadedException || cause instanceof DeadlineExceededException;
    if (!overload && !(cause instanceof InvalidInputException)) {
      throw cause;
    }
    byte[] value = request.getBody(byte[].class);
    Message refused =
        overload && retries.mayTryAgain(attempt)
            ? outgoing(exchange, topics.retry(), value, attempt + 1)
            : outgoing(exchange, topics.dead(), value, attempt);
    refused.setHeader(FleetHeaders.REASON, reason(cause));
  }

  private Message outgoing(Exchange exchange, String topic, byte[] value, int attempt) {
    Message request = exchange.getMessage();
    Message message = new DefaultMessage(exchange.getContext());
    // Headers of the sender's own come back with the answer. Kafka's and Camel's are not sent on,
    // and what
    // was said of a former try does not hold for this one.
    message.getHeaders().putAll(request.getHeaders());
    message.getHeaders().keySet().removeIf(FleetHeaders::isOurs);
    message.setHeader(KafkaConstants.OVERRIDE_TOPIC, topic);
    message.setHeader(FleetHeaders.WORKER, worker);
    message.setHeader(FleetHeaders.MODEL, model);
    message.setHeader(FleetHeaders.ATTEMPT, Integer.toString(attempt));
    message.setHeader(
        FleetHeaders.PARTITION, request.getHeader(KafkaConstants.PARTITION, String.class));
    message.setHeader(FleetHeaders.OFFSET, request.getHeader(KafkaConstants.OFFSET, String.class));
    message.setBody(value);
    List<Message> outgoing = list(exchange);
    outgoing.add(message);
    return message;
  }

  @SuppressWarnings("unchecked")
  private static List<Message> list(Exchange exchange) {
    return (List<Message>) exchange.getVariable("outgoing");
  }

  private static String reason(Exception cause) {
    String reason = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
  }
}
