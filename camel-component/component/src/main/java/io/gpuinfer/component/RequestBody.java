package io.gpuinfer.component;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.TaskType;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.TypeConversionException;
import org.apache.camel.WrappedFile;

/**
 * Turns a message's body into what a task takes.
 *
 * <p>A file stands for what is in it. A text is never taken for the name of a file.
 */
final class RequestBody {

  private RequestBody() {}

  /**
   * Reads one input, or a list of them where the body is a list.
   *
   * @throws InvalidInputException when there is nothing in the body that the task could take
   */
  static Object read(Message message, TaskType type) {
    Object body = message.getBody();
    Exchange exchange = message.getExchange();
    if (body instanceof List<?> items && !isNumbers(items)) {
      if (items.isEmpty()) {
        throw new InvalidInputException("The body is an empty list");
      }
      return items.stream().map(item -> one(bodyOf(item), type, exchange)).toList();
    }
    return one(body, type, exchange);
  }

  private static Object one(Object input, TaskType type, Exchange exchange) {
    if (input == null) {
      throw new InvalidInputException("The body is empty, and there is nothing to infer from");
    }
    return switch (type) {
      case EMBEDDING -> text(input, exchange);
      case OCR -> convert(input, BufferedImage.class, exchange);
      case TENSOR -> tensors(input, exchange);
      case AUTO -> throw new IllegalArgumentException("A loaded model has a task of its own");
    };
  }

  /** A consumer that reads in batches gives a list of exchanges. */
  private static Object bodyOf(Object item) {
    return item instanceof Exchange exchange ? exchange.getMessage().getBody() : item;
  }

  /** One vector that comes as a list, such as parsed JSON. */
  private static boolean isNumbers(List<?> items) {
    return !items.isEmpty() && items.stream().allMatch(Number.class::isInstance);
  }

  private static String text(Object input, Exchange exchange) {
    boolean holdsText =
        input instanceof CharSequence
            || input instanceof byte[]
            || input instanceof InputStream
            || input instanceof Reader
            || input instanceof StreamCache
            || input instanceof WrappedFile
            || input instanceof File
            || input instanceof Path;
    if (!holdsText) {
      // Camel would take the toString() of any object for a text.
      throw refused(input, String.class, null);
    }
    return convert(input, String.class, exchange);
  }

  private static Object tensors(Object input, Exchange exchange) {
    if (input instanceof Map<?, ?> named) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      named.forEach(
          (name, value) ->
              tensors.put(String.valueOf(name), convert(value, Tensor.class, exchange)));
      return tensors;
    }
    return convert(input, Tensor.class, exchange);
  }

  private static <T> T convert(Object input, Class<T> wanted, Exchange exchange) {
    Object content = input instanceof Path path ? path.toFile() : input;
    try {
      T converted = exchange.getContext().getTypeConverter().convertTo(wanted, exchange, content);
      if (converted == null) {
        throw refused(input, wanted, null);
      }
      return converted;
    } catch (TypeConversionException e) {
      throw refused(input, wanted, e);
    }
  }

  private static InvalidInputException refused(
      Object input, Class<?> wanted, TypeConversionException cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof InvalidInputException said) {
        return said;
      }
    }
    String takes =
        wanted == String.class
            ? "a text"
            : wanted == BufferedImage.class ? "a picture" : "a tensor or numbers";
    return new InvalidInputException(
        "The model takes %s, and a %s cannot be read as one"
            .formatted(takes, input == null ? "null" : input.getClass().getName()),
        cause);
  }
}
