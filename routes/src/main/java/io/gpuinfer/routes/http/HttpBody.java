package io.gpuinfer.routes.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.gpuinfer.engine.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Reads bodies of JSON, of which no more than a limit is ever in memory. */
final class HttpBody {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private HttpBody() {}

  /**
   * The body in UTF-8.
   *
   * @throws HttpRefusal when it is longer, or does not come
   */
  static byte[] read(Message message, int maxBytes) {
    if (message.getHeader(Exchange.CONTENT_LENGTH, 0L, Long.class) > maxBytes) {
      throw tooLarge(maxBytes);
    }
    byte[] body;
    try {
      body = bytes(message, maxBytes);
    } catch (SocketTimeoutException e) {
      throw new HttpRefusal(408, "The body did not come in time", e);
    } catch (IOException e) {
      throw new HttpRefusal(400, "The body broke off", e);
    }
    if (body.length > maxBytes) {
      throw tooLarge(maxBytes);
    }
    return body;
  }

  /**
   * The body as an object of JSON.
   *
   * @throws HttpRefusal as {@link #read} does
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
    JsonNode tree;
    try {
      tree = JSON.readTree(body);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " at line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw new InvalidInputException(
          "The body cannot be read as JSON%s: %s".formatted(where, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!tree.isObject()) {
      throw new InvalidInputException("The body must be an object of JSON");
    }
    return tree;
  }

  /** What a server hands over: Spring's a reader, others a stream or bytes. */
  private static byte[] bytes(Message message, int maxBytes) throws IOException {
    Object body = message.getBody();
    if (body instanceof Reader reader) {
      return text(reader, maxBytes).getBytes(StandardCharsets.UTF_8);
    }
    if (body instanceof InputStream stream) {
      return stream.readNBytes(maxBytes + 1);
    }
    byte[] bytes = message.getBody(byte[].class);
    return bytes == null ? new byte[0] : bytes;
  }

  private static String text(Reader reader, int maxChars) throws IOException {
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[8192];
    int read = reader.read(buffer);
    while (read >= 0 && text.length() <= maxChars) {
      text.append(buffer, 0, read);
      read = reader.read(buffer);
    }
    return text.toString();
  }

  private static HttpRefusal tooLarge(int maxBytes) {
    return new HttpRefusal(413, "The body is longer than %d bytes".formatted(maxBytes));
  }
}
