package io.gpuinfer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class EventStreamTest {

  private final AtomicInteger ends = new AtomicInteger();
  private final Output out = new Output();
  private final EventStream stream =
      new EventStream(
          new MockAsyncContext(new MockHttpServletRequest(), new MockHttpServletResponse()),
          out,
          ended -> ends.incrementAndGet());

  /** Writes without blocking, as a web server's does. */
  private static final class Output extends ServletOutputStream {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private boolean ready = true;
    private boolean broken;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(int one) throws IOException {
      if (broken) {
        throw new IOException("Broken pipe");
      }
      assertThat(ready).isTrue();
      written.write(one);
    }
  }

  @Test
  void shouldWriteWhatCameBeforeTheServerWasReady() {
    offer("a");
    assertThat(out.written.size()).isZero();

    stream.onWritePossible();
    offer("b");

    assertThat(out.written).hasToString("ab");
  }

  @Test
  void shouldGoOnWhenThePageReadsAgain() {
    stream.onWritePossible();
    out.ready = false;
    offer("a");
    offer("b");
    assertThat(out.written.size()).isZero();

    out.ready = true;
    stream.onWritePossible();

    assertThat(out.written).hasToString("ab");
    assertThat(ends).hasValue(0);
  }

  @Test
  void shouldLetAPageGoThatDoesNotRead() {
    stream.onWritePossible();
    out.ready = false;
    for (int event = 0; event < 1000; event++) {
      offer("event");
    }
    out.ready = true;
    stream.onWritePossible();

    assertThat(ends).hasValue(1);
    assertThat(out.written.size()).isZero();
  }

  @Test
  void shouldEndOnceWhenThePageIsGone() {
    stream.onWritePossible();
    out.broken = true;
    offer("a");
    offer("b");
    stream.onError(new IOException("Broken pipe"));

    assertThat(ends).hasValue(1);
  }

  private void offer(String event) {
    stream.offer(event.getBytes(StandardCharsets.UTF_8));
  }
}
