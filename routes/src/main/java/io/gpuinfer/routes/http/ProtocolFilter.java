package io.gpuinfer.routes.http;

import io.gpuinfer.tasks.JsonText;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the bodies that are sent to protocols, within limits, and on the web server's own thread.
 * An application with servlets needs it in front of the protocols' routes: Camel reads a body as a
 * whole before the first step of a route, however long it is and however long it takes, and on a
 * thread from under which the server takes the request away when nothing more comes.
 */
public final class ProtocolFilter implements Filter {

  private static final Logger LOG = LoggerFactory.getLogger(ProtocolFilter.class);

  private final int maxBytes;
  private final Duration maxTime;

  /**
   * @param maxBytes the longest body
   * @param maxTime the longest that a body may take to come, however steadily it does. That nothing
   *     comes at all is for the server to limit
   */
  public ProtocolFilter(int maxBytes, Duration maxTime) {
    this.maxBytes = maxBytes;
    this.maxTime = maxTime;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest sent = (HttpServletRequest) request;
    Optional<Protocol> protocol = Protocol.at(path(sent));
    if (protocol.isEmpty() || !getsToRoutes(sent)) {
      chain.doFilter(request, response);
      return;
    }
    byte[] body;
    try {
      int most = protocol.get().maxBytes(maxBytes);
      body = HttpBody.read(sent.getInputStream(), sent.getContentLengthLong(), most, maxTime);
    } catch (HttpRefusal refusal) {
      refuse((HttpServletResponse) response, protocol.get(), HttpFailure.of(refusal));
      return;
    }
    chain.doFilter(new WithBody(sent, body), response);
  }

  /**
   * As routes are found by it: decoded, and within the application. As it was sent, the same path
   * has many spellings.
   */
  private static String path(HttpServletRequest request) {
    return request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
  }

  /** By whichever method. What does not is refused unread. */
  private static boolean getsToRoutes(HttpServletRequest request) {
    String type = request.getContentType();
    return type == null || type.toLowerCase(Locale.ROOT).startsWith("application/json");
  }

  private static void refuse(HttpServletResponse response, Protocol protocol, HttpFailure failure) {
    byte[] body = JsonText.of(protocol.error(failure)).getBytes(StandardCharsets.UTF_8);
    response.setStatus(failure.status());
    response.setContentType("application/json");
    response.setContentLength(body.length);
    try {
      response.getOutputStream().write(body);
      // Or the server would replace it by a page of its own, since the body could not be read.
      response.flushBuffer();
    } catch (IOException e) {
      LOG.debug("The caller was gone before its answer: {}", e.getMessage());
    }
  }

  private static final class WithBody extends HttpServletRequestWrapper {

    private final ByteArrayInputStream body;

    WithBody(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = new ByteArrayInputStream(body);
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    @Override
    public ServletInputStream getInputStream() {
      return new ServletInputStream() {
        @Override
        public int read() {
          return body.read();
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
          return body.read(bytes, from, length);
        }

        @Override
        public boolean isFinished() {
          return body.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new IllegalStateException("All of the body is there already");
        }
      };
    }
  }
}
