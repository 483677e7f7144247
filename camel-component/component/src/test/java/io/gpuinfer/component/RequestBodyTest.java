package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.tasks.Content;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

  private static final int MEGABYTE = 1 << 20;

  private static DefaultCamelContext context;

  @BeforeAll
  static void start() {
    context = new DefaultCamelContext();
    context.start();
  }

  @AfterAll
  static void stop() {
    context.stop();
  }

  /** Four streams of 32 MiB are let in, and no byte of a fifth. */
  @Test
  void shouldBoundAllStreamsOfABodyTogether() {
    List<InputStream> four = IntStream.range(0, 4).mapToObj(i -> zeros(32 * MEGABYTE)).toList();
    assertThat((List<?>) read(four, Content.PICTURE)).hasSize(4);

    List<InputStream> five =
        IntStream.range(0, 5).mapToObj(i -> zeros(i < 4 ? 32 * MEGABYTE : 1)).toList();
    assertThatThrownBy(() -> read(five, Content.PICTURE))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("128 MiB");
  }

  @Test
  void shouldBoundAllTextsOfABodyTogether() {
    String text = "a".repeat(6 * MEGABYTE);
    List<Reader> three =
        List.of(new StringReader(text), new StringReader(text), new StringReader(text));

    assertThatThrownBy(() -> read(three, Content.TEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("characters");
    assertThat(read(new StringReader(text), Content.TEXT)).isEqualTo(text);
  }

  /** What is in memory before is no matter of the reading. */
  @Test
  void shouldTakeBytesAsTheyAre() {
    byte[] file = new byte[32 * MEGABYTE];

    assertThat(read(Collections.nCopies(5, file), Content.PICTURE))
        .isEqualTo(Collections.nCopies(5, file));
  }

  private static Object read(Object body, Content content) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(body);
    return RequestBody.read(exchange.getMessage(), content);
  }

  private static InputStream zeros(int count) {
    return new InputStream() {
      private int left = count;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] target, int offset, int length) {
        int there = Math.min(length, left);
        left -= there;
        return there == 0 && length > 0 ? -1 : there;
      }
    };
  }
}
