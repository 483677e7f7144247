package io.gpuinfer.dashboard;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
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
 *
 * <p>A site whose name is made to lead to the user's own machine ("DNS rebinding") is the same
 * origin to a browser. So where the server is reached on this machine alone, it has to be by a name
 * of this machine.
 */
final class SameOrigin implements HandlerFilterFunction<ServerResponse, ServerResponse> {

  private static final String SITE = "Sec-Fetch-Site";

  /** What nobody can have a name server lead elsewhere: addresses, and what browsers know. */
  private static final Pattern OWN =
      Pattern.compile("[0-9.]+|\\[[0-9a-f:.]+]|(.+\\.)?localhost", Pattern.CASE_INSENSITIVE);

  private final List<String> hosts;

  /**
   * @param hosts other names of this machine, without ports
   */
  SameOrigin(List<String> hosts) {
    this.hosts = List.copyOf(hosts);
  }

  @Override
  public ServerResponse filter(ServerRequest request, HandlerFunction<ServerResponse> next)
      throws Exception {
    if (isElsewhere(request.method(), request.headers().asHttpHeaders())) {
      return refused(
          "Only the dashboard's own page may ask for this, and the request came from another site",
          request);
    }
    String host = request.servletRequest().getServerName();
    if (isLocal(request) && !isOwn(host)) {
      return refused(
          "%s is no name of this machine. If it is one, add it to gpu-infer.dashboard.hosts"
              .formatted(host),
          request);
    }
    return next.handle(request);
  }

  private static ServerResponse refused(String why, ServerRequest request) {
    return DashboardErrors.answer(Refusal.crossSite(why), request);
  }

  /** Another site could read nothing, but hold all the streams, and start a load. */
  private static boolean isElsewhere(HttpMethod method, HttpHeaders headers) {
    String site = headers.getFirst(SITE);
    if (site == null) {
      String origin = headers.getOrigin();
      return origin != null && !isHost(origin, headers.getFirst(HttpHeaders.HOST));
    }
    // What a user types in comes from no site, and may look.
    return !site.equals("same-origin") && !(site.equals("none") && method.equals(HttpMethod.GET));
  }

  /** Behind a proxy that ends TLS, the scheme that the browser saw is not known here. */
  private static boolean isHost(String origin, String host) {
    try {
      return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isLocal(ServerRequest request) throws UnknownHostException {
    // It is an address, which nobody is asked about.
    return InetAddress.getByName(request.servletRequest().getLocalAddr()).isLoopbackAddress();
  }

  private boolean isOwn(String host) {
    return OWN.matcher(host).matches() || hosts.stream().anyMatch(host::equalsIgnoreCase);
  }
}
