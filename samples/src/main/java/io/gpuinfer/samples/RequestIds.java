package io.gpuinfer.samples;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.routes.http.Protocol;
import io.gpuinfer.routes.http.RequestId;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives each request an id, the caller's or a new one, which its log lines and its response carry,
 * and which whoever answers it finds in its header.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class RequestIds extends OncePerRequestFilter {

  /** Under which name log lines have it: as Camel takes it from the header of that name. */
  static final String KEY = GpuInferConstants.REQUEST_ID;

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String id =
        RequestId.accepted(request.getHeader(RequestId.HEADER))
            .orElseGet(() -> UUID.randomUUID().toString());
    response.setHeader(RequestId.HEADER, id);
    HttpServletRequest known = new WithId(request, id);
    if (Protocol.at(request.getServletPath()).isPresent()) {
      // Its route takes the id from the header. What a thread had before, Camel puts back on
      // another.
      chain.doFilter(known, response);
      return;
    }
    try (MDC.MDCCloseable ignored = MDC.putCloseable(KEY, id)) {
      chain.doFilter(known, response);
    }
  }

  private static final class WithId extends HttpServletRequestWrapper {

    private final String id;

    WithId(HttpServletRequest request, String id) {
      super(request);
      this.id = id;
    }

    @Override
    public String getHeader(String name) {
      return isId(name) ? id : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      return isId(name) ? Collections.enumeration(List.of(id)) : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
      Set<String> names = new LinkedHashSet<>(Collections.list(super.getHeaderNames()));
      names.removeIf(WithId::isId);
      names.add(RequestId.HEADER);
      return Collections.enumeration(names);
    }

    private static boolean isId(String name) {
      return RequestId.HEADER.equalsIgnoreCase(name);
    }
  }
}
