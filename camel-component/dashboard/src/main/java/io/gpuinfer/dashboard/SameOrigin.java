package io.gpuinfer.dashboard;

import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.function.HandlerFilterFunction;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Lets no page of another site ask or start anything here. A browser says where a request comes
 * from: in {@code Sec-Fetch-Site}, or else in {@code Origin}, and no script can change either.
 * Programs that are no browsers send neither, and have no user whose rights a page could borrow.
 */
final class SameOrigin implements HandlerFilterFunction<ServerResponse, ServerResponse> {

  private static final String SITE = "Sec-Fetch-Site";

  @Override
  public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next)
      throws Exception {
    HttpHeaders headers = request.headers().asHttpHeaders();
    if (request.method().equals(HttpMethod.GET) ? isElsewhere(headers) : !isOurs(headers)) {
      return DashboardErrors.answer(
          Refusal.crossSite(
              "Only the dashboard's own page may ask for this, and the request came from another"
                  + " site"),
          request);
    }
    return next.handle(request);
  }

  /** It could read nothing, but hold all the streams. */
  private static boolean isElsewhere(HttpHeaders headers) {
    String site = headers.getFirst(SITE);
    return site != null && site.endsWith("-site");
  }

  private static boolean isOurs(HttpHeaders headers) {
    String site = headers.getFirst(SITE);
    if (site != null) {
      return site.equals("same-origin");
    }
    String origin = headers.getOrigin();
    return origin == null || isHost(origin, headers.getFirst(HttpHeaders.HOST));
  }

  /** Behind a proxy that ends TLS, the scheme that the browser saw is not known here. */
  private static boolean isHost(String origin, String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
