package io.gpuinfer.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.samples.media.DemoMedia;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the dashboard tells of the running application is what was sent to it. */
class DashboardApiTest extends ApplicationTest {

  private static final int STREAMS = 32;

  @LocalServerPort int port;
  @Autowired MeterRegistry meters;
  @Autowired CamelContext camel;

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void tellsWhatThereIs() {
    JsonNode status = get("status");
    JsonNode model = model(status, "minilm@auto");

    assertThat(status.get("devices")).isNotEmpty();
    assertThat(model.get("endpoints").get(0).asText()).isEqualTo("gpu-infer://minilm");
    assertThat(model.get("device").get("name").asText()).isNotEmpty();
    assertThat(model.get("allOnDevice").asBoolean()).isTrue();
    assertThat(device("gpu-infer://minilm")).contains(model.at("/device/name").asText());
    assertThat(model.get("entrance").asText()).isEqualTo("direct:embed");
    assertThat(model.get("versions")).hasSize(1);
    assertThat(model(status, "ppocr@auto").get("parts")).hasSizeGreaterThan(1);
  }

  @Test
  void countsWhatWasSentAsTheMetersDo() {
    long before = sample("minilm@auto").get("doneTotal").asLong();
    double metersBefore = completed();
    for (int i = 0; i < 20; i++) {
      answerToText();
    }

    JsonNode last = sample("minilm@auto");
    assertThat(last.get("doneTotal").asLong() - before).isEqualTo(20);
    assertThat(completed() - metersBefore).isEqualTo(20);
    assertThat(last.at("/latency/p50Ms").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(last.at("/latency/p99Ms").asDouble());
    long runs = 0;
    for (JsonNode size : last.get("batches")) {
      runs += size.get("runs").asLong();
    }
    assertThat(runs).isPositive();
  }

  @Test
  void sendsEventsToSoManyPagesAndRefusesMore() throws Exception {
    List<HttpResponse<Stream<String>>> streams = new ArrayList<>();
    try {
      int refused = 0;
      for (int i = 0; i < 40; i++) {
        HttpResponse<Stream<String>> response = stream();
        if (response.statusCode() == 200) {
          streams.add(response);
        } else {
          assertThat(response.statusCode()).isEqualTo(503);
          assertThat(json.readTree(String.join("", response.body().toList())).get("type").asText())
              .isEqualTo("Busy");
          refused++;
        }
      }
      assertThat(refused).isEqualTo(40 - STREAMS);
      Set<String> first = new HashSet<>();
      for (HttpResponse<Stream<String>> open : streams) {
        first.add(firstSample(open));
      }
      // All of them see the same few seconds.
      assertThat(first).hasSizeLessThan(5);
    } finally {
      streams.forEach(open -> open.body().close());
    }
    // Pages that are closed make room for others.
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              HttpResponse<Stream<String>> again = stream();
              again.body().close();
              assertThat(again.statusCode()).isEqualTo(200);
            });
  }

  @Test
  void flowsAddUpToWhatWasSent() {
    long before = requestsTo("minilm@auto");
    for (int i = 0; i < 7; i++) {
      answerToText();
    }

    assertThat(requestsTo("minilm@auto") - before).isEqualTo(7);
    JsonNode flow = get("flow?seconds=3600");
    for (JsonNode graph : List.of(flow.get("requests"), flow.get("time"))) {
      for (JsonNode node : graph.get("nodes")) {
        if (List.of("model", "device").contains(node.get("kind").asText())) {
          long out = sum(graph, "source", node.get("name").asText());
          if (out > 0) {
            assertThat(out).isEqualTo(sum(graph, "target", node.get("name").asText()));
          }
        }
      }
    }
  }

  @Test
  void answersWhatIsTriedWithBoxesAndScores(@TempDir Path folder) throws Exception {
    DemoMedia media = new DemoMedia(folder);
    media.write();

    JsonNode text = tried("minilm@auto", "text/plain", "A parcel is late".getBytes(UTF_8));
    assertThat(text.get("vector")).hasSize(384);
    assertThat(text.get("frames")).isEmpty();

    JsonNode sign = tried("ppocr@auto", "image/png", Files.readAllBytes(media.streetSign()));
    JsonNode frame = sign.get("frames").get(0);
    assertThat(frame.get("width").asInt()).isEqualTo(900);
    assertThat(frame.findValuesAsText("text")).isNotEmpty();
    for (JsonNode corner : frame.at("/boxes/0/points")) {
      assertThat(corner.get(0).asDouble()).isBetween(0.0, 900.0);
      assertThat(corner.get(1).asDouble()).isBetween(0.0, 600.0);
    }
    assertThat(sign.get("degraded").asBoolean()).isFalse();
    assertThat(sign.get("totalMs").asDouble())
        .isGreaterThanOrEqualTo(sign.get("restMs").asDouble())
        .isPositive();

    JsonNode clip = tried("ppocr@auto", "video/mp4", Files.readAllBytes(media.clip()));
    assertThat(clip.get("frames")).hasSizeGreaterThan(1);
    assertThat(clip.at("/frames/1/seconds").asDouble()).isPositive();

    JsonNode lines = tried("line-direction@auto", "image/png", Files.readAllBytes(media.invoice()));
    assertThat(lines.at("/frames/0/classes/0/score").asDouble()).isBetween(0.5, 1.0);
  }

  /** A producer that stays keeps its model, and tells of it in the application's health. */
  @Test
  void leavesNothingOfATryInTheApplication(@TempDir Path folder) throws Exception {
    DemoMedia media = new DemoMedia(folder);
    media.write();
    tried("line-direction@auto", "image/png", Files.readAllBytes(media.invoice()));

    assertThat(HealthCheckHelper.getHealthCheckRegistry(camel).stream().map(HealthCheck::getId))
        .anyMatch(id -> id.contains("gpu-infer-line-direction-auto-"))
        .noneMatch(id -> id.endsWith("gpu-infer-line-direction-auto"));
  }

  @Test
  void tellsAnUploadsNameBackAndNoMore() throws Exception {
    String hostile = "../../<img src=x onerror=alert(1)>.png";
    HttpResponse<String> response =
        send(
            "try?model=minilm@auto&name=" + URLEncoder.encode(hostile, UTF_8),
            request ->
                request
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("A text")));

    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(json.readTree(response.body()).get("name").asText()).isEqualTo(hostile);
  }

  @ParameterizedTest
  @CsvSource({
    "try?model=nobody, text/plain, hello, 404, NotFound",
    "try, text/plain, hello, 400, BadRequest",
    "try?model=minilm@auto, text/plain, '', 400, BadRequest",
    "try?model=minilm@auto, image/png, hello, 415, UnsupportedMediaType",
    "try?model=minilm@auto, application/x-www-form-urlencoded, a=b, 415, UnsupportedMediaType",
    "try?model=ppocr@auto, image/png, no picture, 400, InvalidInput",
    "try?model=ppocr@auto, video/mp4, no clip, 400, InvalidInput",
    "capacity, application/json, '{', 400, BadRequest",
    "capacity, application/json, null, 400, BadRequest",
    "capacity, application/json, '{\"demands\":[null]}', 400, BadRequest",
    "capacity, application/json, '{\"demands\":[],\"deadlineMs\":0}', 400, BadRequest",
    "capacity, application/json, '{\"surprise\":1}', 400, BadRequest",
    "load?model=nobody, text/plain, hello, 404, NotFound",
    "load?model=price@auto:kernel, video/mp4, hello, 415, UnsupportedMediaType",
    "nothing, text/plain, hello, 404, NotFound"
  })
  void refusesWhatMakesNoSense(String path, String type, String body, int status, String kind)
      throws Exception {
    HttpResponse<String> response =
        send(
            path,
            request -> request.header("Content-Type", type).POST(BodyPublishers.ofString(body)));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    JsonNode error = json.readTree(response.body());
    assertThat(error.get("type").asText()).isEqualTo(kind);
    assertThat(error.get("message").asText()).isNotEmpty().doesNotContain("Exception");
    assertThat(error.get("status").asInt()).isEqualTo(status);
  }

  @Test
  void refusesWhatIsTooLong() throws Exception {
    HttpResponse<String> response =
        send(
            "try?model=minilm@auto",
            request ->
                request
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("x".repeat((1 << 20) + 1))));

    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void tellsWhyALoadCameToNothing() throws Exception {
    send(
        "load?model=ppocr@auto",
        request ->
            request
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofString("no picture")));

    await()
        .atMost(Duration.ofSeconds(35))
        .until(() -> !get("load").get("state").asText().equals("RUNNING"));
    assertThat(get("load").get("state").asText()).isEqualTo("FAILED");
    assertThat(get("load").get("message").asText()).contains("None of", "errors tell why");
    assertThat(get("errors").findValuesAsText("model")).contains("ppocr@auto");
  }

  @Test
  void fillsTheLoadTableAndPlansFromWhatItSaw() throws Exception {
    HttpResponse<String> started =
        send("load?model=minilm@auto", request -> request.POST(BodyPublishers.noBody()));
    assertThat(started.statusCode()).as(started.body()).isEqualTo(202);
    assertThat(json.readTree(started.body()).get("state").asText()).isEqualTo("RUNNING");
    HttpResponse<String> second =
        send("load?model=ppocr@auto", request -> request.POST(BodyPublishers.noBody()));
    assertThat(second.statusCode()).isEqualTo(409);

    await()
        .atMost(Duration.ofSeconds(35))
        .until(() -> !get("load").get("state").asText().equals("RUNNING"));
    JsonNode run = get("load");
    assertThat(run.get("state").asText()).as(run.toString()).isEqualTo("DONE");
    assertThat(run.get("endedAt").asLong() - run.get("startedAt").asLong()).isLessThan(30_000);
    assertThat(run.get("rows").findValuesAsText("level")).containsExactly("low", "medium", "high");
    for (JsonNode row : run.get("rows")) {
      assertThat(row.get("sent").asLong())
          .isPositive()
          .isEqualTo(
              row.get("answered").asLong()
                  + row.get("refused").asLong()
                  + row.get("expired").asLong()
                  + row.get("failed").asLong());
    }

    JsonNode cost = model(get("capacity"), "minilm@auto");
    assertThat(cost.get("peakPerSecond").asDouble()).as(cost.toString()).isPositive();
    JsonNode plan =
        json.readTree(
            send(
                    "capacity",
                    request ->
                        request
                            .header("Content-Type", "application/json")
                            .POST(
                                BodyPublishers.ofString(
                                    """
                                    {"demands":[{"model":"minilm@auto","items":1000,
                                      "concurrency":16,"itemsPerSecond":0}],"deadlineMs":null}
                                    """)))
                .body());
    assertThat(plan.get("totalGflop").asDouble())
        .as(plan.toString())
        .isCloseTo(cost.get("gflopPerItem").asDouble() * 16_000, withinPercentage(0.001));
    assertThat(plan.get("devices").asInt()).isEqualTo(1);
    assertThat(plan.at("/datasets/0/seconds").asDouble())
        .isGreaterThan(plan.at("/datasets/1/seconds").asDouble());
  }

  @Test
  void callsOffALoad() throws Exception {
    send("load?model=minilm@auto", request -> request.POST(BodyPublishers.noBody()));
    assertThat(send("load", HttpRequest.Builder::DELETE).statusCode()).isEqualTo(204);
    assertThat(get("load").get("state").asText()).isEqualTo("CANCELLED");
  }

  @Test
  void tellsTheStatesThatADrillLeadsThroughAndItsErrors() throws Exception {
    JsonNode before = model(get("status"), "minilm@auto");
    Assumptions.assumeTrue(before.get("engine").asText().equals("opencl"), "Nothing could fail");
    long from = System.currentTimeMillis();
    http.postForObject("/drill/start", null, JsonNode.class);
    try {
      answerToText();
      assertThat(model(get("status"), "minilm@auto").get("drill").asBoolean()).isTrue();
      JsonNode tried = tried("minilm@auto", "text/plain", "A parcel is late".getBytes(UTF_8));
      assertThat(tried.get("degraded").asBoolean()).isTrue();
      assertThat(tried.get("device")).isNotEqualTo(before.at("/device/name"));
    } finally {
      http.postForObject("/drill/stop", null, JsonNode.class);
    }
    // Not until it is STABLE: a busy machine may strain it again by then.
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> changes("minilm@auto", from).contains("RECOVERING-STABLE"));
    await().atMost(Duration.ofSeconds(60)).until(() -> !answerToText().get("degraded").asBoolean());

    List<String> states = changes("minilm@auto", from);
    assertThat(states)
        .containsSubsequence("OFFLINE-RECOVERING", "RECOVERING-STABLE")
        .first()
        .asString()
        .matches("STABLE-(OFFLINE|DEGRADED)|DEGRADED-.*");
    for (int change = 1; change < states.size(); change++) {
      // Each begins where the one before ended.
      assertThat(states.get(change)).startsWith(states.get(change - 1).replaceFirst(".*-", ""));
    }
    assertThat(get("errors").findValuesAsText("kind")).contains("DeviceOffline");
    assertThat(get("errors").findValuesAsText("advice")).isNotEmpty();
    assertThat(sample("minilm@cpu").get("degradedTotal").asLong()).isPositive();
  }

  /** What the state of a model has gone through, the oldest first. */
  private List<String> changes(String id, long from) {
    List<String> changes = new ArrayList<>();
    long last = 0;
    for (JsonNode change : model(get("status"), id).get("history")) {
      assertThat(change.get("at").asLong()).isGreaterThanOrEqualTo(last);
      last = change.get("at").asLong();
      if (last >= from) {
        changes.add(change.get("from").asText() + "-" + change.get("to").asText());
      }
    }
    return changes;
  }

  private static String firstSample(HttpResponse<Stream<String>> open) {
    return open.body().filter(line -> line.startsWith("data: {\"at\"")).findFirst().orElseThrow();
  }

  private HttpResponse<Stream<String>> stream() throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri("live/stream")).build(), HttpResponse.BodyHandlers.ofLines());
  }

  private URI uri(String path) {
    return URI.create("http://localhost:%d/gpu-infer/api/%s".formatted(port, path));
  }

  private HttpResponse<String> send(String path, UnaryOperator<HttpRequest.Builder> how)
      throws Exception {
    return client.send(
        how.apply(HttpRequest.newBuilder(uri(path))).build(), HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode tried(String model, String type, byte[] body) throws Exception {
    HttpResponse<String> response =
        send(
            "try?model=" + model,
            request -> request.header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return json.readTree(response.body());
  }

  /** All that were answered before the call. */
  private long requestsTo(String id) {
    long now = System.currentTimeMillis();
    await().until(() -> get("flow?seconds=1").get("to").asLong() > now);
    return sum(get("flow?seconds=3600").get("requests"), "target", "model:" + id);
  }

  /** In thousandths of the unit, which are whole numbers. */
  private static long sum(JsonNode graph, String end, String node) {
    long sum = 0;
    for (JsonNode link : graph.get("links")) {
      if (link.get(end).asText().equals(node)) {
        double value = link.get("value").asDouble();
        sum += graph.get("unit").asText().equals("ms") ? Math.round(value * 1000) : (long) value;
      }
    }
    return sum;
  }

  private JsonNode get(String path) {
    return answer(http.getForEntity("/gpu-infer/api/" + path, JsonNode.class));
  }

  /** Of a second that ends after the call, so that all that was answered before it is counted. */
  private JsonNode sample(String id) {
    long now = System.currentTimeMillis();
    await().until(() -> get("live?samples=1").at("/samples/0/at").asLong() > now);
    return model(get("live?samples=1").get("samples").get(0), id);
  }

  private static JsonNode model(JsonNode report, String id) {
    for (JsonNode model : report.get("models")) {
      if (model.get("id").asText().equals(id)) {
        return model;
      }
    }
    throw new AssertionError("No model " + id + " in " + report);
  }

  private double completed() {
    return meters
        .get("gpu.infer.requests")
        .tag("model", "minilm")
        .tag("device", "auto")
        .tag("outcome", "completed")
        .counters()
        .stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
