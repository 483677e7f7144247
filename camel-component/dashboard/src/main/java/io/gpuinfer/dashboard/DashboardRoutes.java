package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
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
  private static final int MOST_QUESTION_BYTES = 1 << 16;
  private static final String FILES = "META-INF/resources/gpu-infer/";

  private final Models models;
  private final StatusReport status;
  private final History history;
  private final EventStreams streams;
  private final ErrorLog errors;
  private final CapacityPlans capacity;
  private final LoadRuns loads;
  private final TryOut tries;
  private final SameOrigin sameOrigin;

  DashboardRoutes(
      Models models,
      StatusReport status,
      History history,
      EventStreams streams,
      ErrorLog errors,
      CapacityPlans capacity,
      LoadRuns loads,
      TryOut tries,
      SameOrigin sameOrigin) {
    this.models = models;
    this.status = status;
    this.history = history;
    this.streams = streams;
    this.errors = errors;
    this.capacity = capacity;
    this.loads = loads;
    this.tries = tries;
    this.sameOrigin = sameOrigin;
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
        .GET("/load", request -> json(loads.report()))
        .POST("/load", this::startLoad)
        .DELETE("/load", request -> cancelLoad())
        .GET("/capacity", request -> json(capacity.costs()))
        .POST("/capacity", this::plan)
        .POST("/try", this::tryOut)
        .route(request -> true, DashboardRoutes::nothing)
        .onError(Throwable.class, DashboardErrors::answer)
        .filter(sameOrigin)
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

  private ServerResponse startLoad(ServerRequest request) {
    ServedModel model = models.find(new Parameters(request).text("model"));
    LoadReport started = loads.start(model, bodies(request, model));
    return ServerResponse.accepted()
        .cacheControl(CacheControl.noStore())
        .contentType(MediaType.APPLICATION_JSON)
        .body(Json.write(started));
  }

  /** What the request brings, or else what there is for models that take the like. */
  private static List<Object> bodies(ServerRequest request, ServedModel model) {
    if (request.headers().contentType().isEmpty()) {
      return DefaultBody.of(model)
          .orElseThrow(
              () ->
                  Refusal.badRequest(
                      "There is no sample for %s; send a body that it takes"
                          .formatted(model.id())));
    }
    Upload upload = Upload.read(request, Accepted.by(model));
    return switch (upload.kind()) {
      case TEXT, JSON -> List.of(upload.text());
      case PICTURE -> List.of(upload.bytes());
      case CLIP -> throw Refusal.unsupported("A load is made with a text or a picture, not a clip");
    };
  }

  private ServerResponse cancelLoad() {
    loads.cancel();
    return ServerResponse.noContent().build();
  }

  private ServerResponse plan(ServerRequest request) {
    byte[] body = Body.read(request, MOST_QUESTION_BYTES, "question");
    return json(capacity.plan(Json.read(body, Capacity.Question.class)));
  }

  private ServerResponse tryOut(ServerRequest request) throws IOException {
    ServedModel model = models.find(new Parameters(request).text("model"));
    return json(tries.answer(model, request));
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
