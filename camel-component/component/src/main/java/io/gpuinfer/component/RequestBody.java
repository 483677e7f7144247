package io.gpuinfer.component;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.Content;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.rerank.RankRequest;
import io.gpuinfer.tasks.tensor.OpenInferenceRequest;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Path;
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
 * <p>A file stands for what is in it. A text is never taken for the name of a file. Streams are
 * read here, because the exchange that owns them may end before the task does; what is read for one
 * message is bounded in all, however many streams it comes in.
 */
final class RequestBody {

  private static final int MAX_BYTES = 128 << 20;

  /** As many as a task can be told to take; most take far fewer. */
  private static final int MAX_CHARACTERS = 16 << 20;

  private final Exchange exchange;
  private int bytesRead;
  private int charactersRead;

  private RequestBody(Exchange exchange) {
    this.exchange = exchange;
  }

  /**
   * Reads one input, or a list of them where the body is a list.
   *
   * @throws InvalidInputException when there is nothing in the body that the task could take
   */
  static Object read(Message message, Content content) {
    Object body = message.getBody();
    RequestBody reading = new RequestBody(message.getExchange());
    if (content != Content.ARRAYS
        && body instanceof List<?> items
        && !(content == Content.NUMBERS && areNumbers(items))) {
      return items.stream().map(item -> reading.one(bodyOf(item), content)).toList();
    }
    return reading.one(body, content);
  }

  private Object one(Object input, Content content) {
    if (input == null) {
      throw new InvalidInputException("The body is empty: there is nothing to infer from");
    }
    return switch (content) {
      case TEXT -> text(input);
      case PICTURE -> picture(input);
      case NUMBERS -> numbers(input);
      case ARRAYS -> arrays(input);
    };
  }

  /** A consumer that reads in batches gives a list of exchanges. */
  private static Object bodyOf(Object item) {
    return item instanceof Exchange exchange ? exchange.getMessage().getBody() : item;
  }

  private Object text(Object input) {
    if (input instanceof RankRequest || input instanceof Map) {
      return input;
    }
    // Camel would take the toString() of any object for a text.
    if (input instanceof CharSequence text) {
      return text.toString();
    }
    if (input instanceof Reader || isContent(input)) {
      // Files have no reader of their own.
      Object source = input instanceof Reader ? input : convert(input, InputStream.class, "a text");
      try (Reader reader = convert(source, Reader.class, "a text")) {
        return limited(reader);
      } catch (IOException e) {
        throw new InvalidInputException("The text could not be read: " + e, e);
      }
    }
    throw refused(input, "a text", null);
  }

  private String limited(Reader reader) throws IOException {
    StringBuilder text = new StringBuilder();
    char[] part = new char[1 << 13];
    for (int count = reader.read(part); count >= 0; count = reader.read(part)) {
      text.append(part, 0, count);
      charactersRead += count;
      if (charactersRead > MAX_CHARACTERS) {
        throw new InvalidInputException(
            "The body is over the limit of %d characters".formatted(MAX_CHARACTERS));
      }
    }
    return text.toString();
  }

  private Object picture(Object input) {
    if (input instanceof Picture || input instanceof BufferedImage || input instanceof byte[]) {
      return input;
    }
    if (!isContent(input)) {
      throw refused(input, "a picture", null);
    }
    return bytes(input, "a picture");
  }

  private Object numbers(Object input) {
    if (input instanceof Tensor
        || input instanceof Map
        || input instanceof List
        || input instanceof OpenInferenceRequest
        || input.getClass().isArray()) {
      return input;
    }
    if (isContent(input)) {
      return bytes(input, "tensors or numbers");
    }
    // A text is JSON or numbers between commas; JSON of the Open Inference Protocol is an object.
    return input instanceof String text && text.stripLeading().startsWith("{")
        ? text
        : convert(input, float[].class, "tensors or numbers");
  }

  /** Lists of numbers, and of lists of them, are one input. */
  private static boolean areNumbers(List<?> items) {
    return !items.isEmpty()
        && (items.get(0) instanceof Number
            || items.get(0) instanceof Boolean
            || (items.get(0) instanceof List<?> inner && areNumbers(inner)));
  }

  private byte[] bytes(Object input, String wanted) {
    if (input instanceof byte[] there) {
      return there;
    }
    try (InputStream stream = convert(input, InputStream.class, wanted)) {
      byte[] file = stream.readNBytes(MAX_BYTES - bytesRead + 1);
      bytesRead += file.length;
      if (bytesRead > MAX_BYTES) {
        throw new InvalidInputException(
            "The body is over the limit of %d MiB".formatted(MAX_BYTES >> 20));
      }
      return file;
    } catch (IOException e) {
      throw new InvalidInputException("The body could not be read: " + e, e);
    }
  }

  private Object arrays(Object input) {
    return input instanceof List || input instanceof Number || input.getClass().isArray()
        ? input
        : numbers(input);
  }

  private static boolean isContent(Object input) {
    return input instanceof byte[]
        || input instanceof InputStream
        || input instanceof StreamCache
        || input instanceof WrappedFile
        || input instanceof File
        || input instanceof Path;
  }

  private <T> T convert(Object input, Class<T> type, String wanted) {
    Object content = input instanceof Path path ? path.toFile() : input;
    try {
      T converted = exchange.getContext().getTypeConverter().convertTo(type, exchange, content);
      if (converted == null) {
        throw refused(input, wanted, null);
      }
      return converted;
    } catch (TypeConversionException e) {
      throw refused(input, wanted, e);
    }
  }

  private static InvalidInputException refused(
      Object input, String wanted, TypeConversionException cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof InvalidInputException said) {
        return said;
      }
    }
    return new InvalidInputException(
        "The model takes %s, and nothing reads a %s as that"
            .formatted(wanted, input.getClass().getName()),
        cause);
  }
}
