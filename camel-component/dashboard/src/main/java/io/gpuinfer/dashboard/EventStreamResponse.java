package io.gpuinfer.dashboard;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * An answer that goes on until the page is closed. Spring's own would keep a thread busy writing.
 */
final class EventStreamResponse {

  private static final byte[] RETRY = "retry: 3000\n\n".getBytes(StandardCharsets.UTF_8);

  private final EventStreams streams;

  private EventStreamResponse(EventStreams streams) {
    this.streams = streams;
  }

  /**
   * The answer for one page.
   *
   * @throws Refusal when there are too many pages
   */
  static ServerResponse of(EventStreams streams) {
    streams.enter();
    return ServerResponse.ok()
        .contentType(new MediaType(MediaType.TEXT_EVENT_STREAM, StandardCharsets.UTF_8))
        .cacheControl(CacheControl.noStore())
        // Else a proxy keeps events to itself until it has many.
        .header("X-Accel-Buffering", "no")
        .build(new EventStreamResponse(streams)::open);
  }

  private ModelAndView open(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    try {
      open(request.startAsync(request, response), response.getOutputStream());
    } catch (IOException | RuntimeException e) {
      streams.leave();
      throw e;
    }
    // The answer is not a view's to make.
    return null;
  }

  private void open(AsyncContext async, ServletOutputStream out) {
    async.setTimeout(0);
    EventStream stream = new EventStream(async, out, streams::remove);
    async.addListener(stream);
    stream.offer(RETRY);
    // First, since the page may be gone as soon as it is written to.
    streams.add(stream);
    out.setWriteListener(stream);
  }
}
