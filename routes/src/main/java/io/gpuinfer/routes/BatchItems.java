package io.gpuinfer.routes;

import io.gpuinfer.component.GpuInferConstants;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.support.DefaultMessage;

/** Takes a batch apart, and the answers to it. */
public final class BatchItems {

  /** What is said of the run that answered all of them. Counts of tokens are the batch's alone. */
  private static final List<String> OF_THE_RUN =
      List.of(
          GpuInferConstants.DEVICE,
          GpuInferConstants.MODEL_VERSION,
          GpuInferConstants.BATCH_SIZE,
          GpuInferConstants.QUEUE_MILLIS,
          GpuInferConstants.COMPUTE_MILLIS,
          GpuInferConstants.TRANSFER_MILLIS,
          GpuInferConstants.DEVICE_SHARE,
          GpuInferConstants.STATE);

  private static final String ANSWERS = "answers";

  private BatchItems() {}

  /**
   * A message for each item of the variable {@code batch}, with the headers of its item, or those
   * of the batch where items are bodies alone.
   */
  public static List<Message> split(Exchange exchange) {
    boolean answered = exchange.getVariable(ANSWERS) != null;
    List<Message> messages = new ArrayList<>();
    for (Object item : list(exchange.getVariable("batch"))) {
      Message message = message(item, exchange);
      if (answered) {
        OF_THE_RUN.forEach(name -> copy(name, exchange.getMessage(), message));
      }
      messages.add(message);
    }
    return messages;
  }

  /** The answer to the item of that index, of those in the variable {@code answers}. */
  public static Object answer(
      @Variable(ANSWERS) Object answers,
      @ExchangeProperty(Exchange.SPLIT_INDEX) int index,
      @ExchangeProperty(Exchange.SPLIT_SIZE) int items) {
    List<?> all = list(answers);
    if (all.size() != items) {
      throw new IllegalStateException("%d answers for %d items".formatted(all.size(), items));
    }
    return all.get(index);
  }

  /** A message that is no list is a batch of one. */
  private static List<?> list(Object body) {
    return body instanceof List<?> list ? list : List.of(body);
  }

  private static Message message(Object item, Exchange batch) {
    Message source = item instanceof Exchange exchange ? exchange.getMessage() : null;
    Message message = new DefaultMessage(batch.getContext());
    message.getHeaders().putAll((source == null ? batch.getMessage() : source).getHeaders());
    message.setBody(source == null ? item : source.getBody());
    return message;
  }

  private static void copy(String header, Message from, Message to) {
    if (from.getHeader(header) != null) {
      to.setHeader(header, from.getHeader(header));
    }
  }
}
