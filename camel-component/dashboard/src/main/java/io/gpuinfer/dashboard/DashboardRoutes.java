package io.gpuinfer.dashboard;

import java.net.URI;
import java.time.Duration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The page and what it asks for. */
final class DashboardRoutes {

  static final String BASE = "/gpu-infer";
  private static final String FILES = "META-INF/resources/gpu-infer/";

  private final StatusReport status;
  private final History history;
  private final EventStreams streams;
  private final ErrorLog errors;

  DashboardRoutes(StatusReport status, History history, EventStreams streams, ErrorLog errors) {
    this.status = status;
    this.history = history;
    this.streams = streams;
    this.errors = errors;
  }

  RouterFunction<ServerResponse> routes() {
    return RouterFunctions.route()
        .path(BASE + "/api", api -> api.add(api()))
        .GET(BASE, request -> ServerResponse.permanentRedirect(page(request)).build())
        .GET(BASE + "/", request -> index())
        .resources(BASE + "/**", new ClassPathResource(FILES))
        .build();
  }

  private RouterFunction<ServerResponse> api() {
    return RouterFunctions.route()
        .GET("/status", request -> json(status.status()))
        .GET("/live", request -> json(live(new Parameters(request))))
        .GET("/live/stream", request -> EventStreamResponse.of(streams))
        .GET("/flow", request -> json(flow(new Parameters(request))))
        .GET("/errors", request -> json(new Errors(errors.latest())))
        .route(request -> true, DashboardRoutes::nothing)
        .filter(new SameOrigin())
        .onError(Throwable.class, DashboardErrors::answer)
        .build();
  }

  private record Errors(Iterable<ErrorLog.Entry> errors) {}

  private LiveReport live(Parameters asked) {
    return LiveReport.of(
        history,
        asked.number("samples", 300, 1, History.SECONDS),
        asked.number("step", 1, 1, History.SECONDS));
  }

  private Flow flow(Parameters asked) {
    return new FlowReport(history).of(asked.number("seconds", 60, 1, History.SECONDS));
  }

  private static ServerResponse nothing(ServerRequest request) {
    throw Refusal.notFound("There is no %s %s".formatted(request.method(), request.path()));
  }

  static ServerResponse json(Object value) {
    return ServerResponse.ok()
        .cacheControl(CacheControl.noStore())
        .contentType(MediaType.APPLICATION_JSON)
        .body(Json.write(value));
  }

  /** Where the page is; the application may have a context path. */
  private static URI page(ServerRequest request) {
    return URI.create(request.requestPath().contextPath().value() + BASE + "/");
  }

  private static ServerResponse index() {
    Resource index = new ClassPathResource(FILES + "index.html");
    if (!index.exists()) {
      throw Refusal.notFound("This build of the dashboard has no page");
    }
    return ServerResponse.ok()
        .cacheControl(CacheControl.maxAge(Duration.ZERO).mustRevalidate())
        .contentType(MediaType.TEXT_HTML)
        .body(index);
  }
}
