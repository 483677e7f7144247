package io.gpuinfer.samples;

import io.gpuinfer.component.GpuInferConstants;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives each request an id, the caller's or a new one, which its log lines and its response carry.
 */
@Component
class RequestIds extends OncePerRequestFilter {

  /** What a caller may choose: nothing that could break a line of a log, or fill it. */
  private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Under which name log lines have it: as Camel takes it from the header of that name. */
  static final String KEY = GpuInferConstants.REQUEST_ID;

  private static final String HEADER = "X-Request-Id";

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id = idOf(request);
    response.setHeader(HEADER, id);
    try (MDC.MDCCloseable ignored = MDC.putCloseable(KEY, id)) {
      chain.doFilter(request, response);
    }
  }

  private static String idOf(HttpServletRequest request) {
    String sent = request.getHeader(HEADER);
    return sent != null && ACCEPTED.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
  }
}
