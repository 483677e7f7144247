package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What the dashboard tells of the running application is what was sent to it. */
class DashboardApiTest extends ApplicationTest {

  private static final int STREAMS = 32;

  @LocalServerPort int port;
  @Autowired MeterRegistry meters;

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

    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () ->
                assertThat(sample("minilm@auto").get("doneTotal").asLong() - before).isEqualTo(20));
    assertThat(completed() - metersBefore).isEqualTo(20);
    JsonNode last = sample("minilm@auto");
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

  private JsonNode get(String path) {
    return answer(http.getForEntity("/gpu-infer/api/" + path, JsonNode.class));
  }

  private JsonNode sample(String id) {
    await().until(() -> get("live?samples=1").get("samples").size() == 1);
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
