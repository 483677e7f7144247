package io.gpuinfer.dashboard;

import java.io.IOException;
import org.springframework.web.servlet.function.ServerRequest;

/** Reads the body of a request, no further than it may be long. */
final class Body {

  private Body() {}

  /**
   * @param title what it is
   * @throws Refusal when it is too long, or does not come
   */
  static byte[] read(ServerRequest request, int mostBytes, String title) {
    if (request.headers().contentLength().orElse(0) > mostBytes) {
      throw tooLarge(title, mostBytes);
    }
    byte[] bytes;
    try {
      // No length is promised for a chunked body, so no more is read than is taken.
      bytes = request.servletRequest().getInputStream().readNBytes(mostBytes + 1);
    } catch (IOException e) {
      // Callers must not be able to fill a log by going away.
      throw Refusal.badRequest("The body broke off, or did not come in time");
    }
    if (bytes.length > mostBytes) {
      throw tooLarge(title, mostBytes);
    }
    return bytes;
  }

  private static Refusal tooLarge(String title, int mostBytes) {
    return Refusal.tooLarge("A %s may have %d bytes at most".formatted(title, mostBytes));
  }
}
