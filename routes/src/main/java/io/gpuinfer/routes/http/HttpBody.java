package io.gpuinfer.routes.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.JsonMistake;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Reads bodies of JSON within limits. */
final class HttpBody {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** How much is read at a time. */
  private static final int PART = 8192;

  private HttpBody() {}

  /**
   * The body in UTF-8, which a server may have read already.
   *
   * @throws HttpRefusal when it is longer, or does not come
   */
  static byte[] read(Message message, int maxBytes) {
    requireLength(message.getHeader(Exchange.CONTENT_LENGTH, 0L, Long.class), maxBytes);
    byte[] body = bytes(message);
    requireLength(body.length, maxBytes);
    return body;
  }

  /**
   * Reads a body from the connection, and no more of it than may be.
   *
   * @param length how many bytes are announced; negative where none are
   * @param maxTime the longest that it may take to come, however steadily it does
   * @throws HttpRefusal when it is longer, or does not come in time
   */
  static byte[] read(InputStream stream, long length, int maxBytes, Duration maxTime) {
    requireLength(length, maxBytes);
    long start = System.nanoTime();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] part = new byte[PART];
    try {
      int read = stream.read(part);
      while (read >= 0) {
        body.write(part, 0, read);
        requireLength(body.size(), maxBytes);
        // Whose bytes come one by one is never late with the next, and would hold on for ever.
        if (System.nanoTime() - start > maxTime.toNanos()) {
          throw HttpRefusal.of(new SocketTimeoutException("Longer than " + maxTime));
        }
        read = stream.read(part);
      }
    } catch (IOException e) {
      throw HttpRefusal.of(e);
    }
    return body.toByteArray();
  }

  private static void requireLength(long length, int maxBytes) {
    if (length > maxBytes) {
      throw new HttpRefusal(413, "The body is longer than %d bytes".formatted(maxBytes));
    }
  }

  /**
   * The body as an object of JSON.
   *
   * @throws HttpRefusal as {@link #read(Message, int)} does
   * @throws InvalidInputException as {@link #parseObject} does
   */
  static JsonNode readObject(Message message, int maxBytes) {
    return parseObject(read(message, maxBytes));
  }

  /**
   * An object of JSON.
   *
   * @throws InvalidInputException when it is none; the message has line and column
   */
  static JsonNode parseObject(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      JsonNode tree = JSON.readTree(parser);
      if (tree == null || !tree.isObject()) {
        throw new InvalidInputException("The body must be an object of JSON");
      }
      if (parser.nextToken() != null) {
        throw new InvalidInputException("Nothing may follow the object of JSON in the body");
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("The body is no JSON at " + JsonMistake.of(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a server hands over: Spring's a reader, others a stream or bytes. */
  private static byte[] bytes(Message message) {
    if (message.getBody() instanceof Reader) {
      // Read already, so that the exchange's encoding does not matter any more.
      return message.getBody(String.class).getBytes(StandardCharsets.UTF_8);
    }
    byte[] bytes = message.getBody(byte[].class);
    return bytes == null ? new byte[0] : bytes;
  }
}
