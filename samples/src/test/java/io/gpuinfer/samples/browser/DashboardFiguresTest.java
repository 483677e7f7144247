package io.gpuinfer.samples.browser;

import static io.gpuinfer.samples.browser.DashboardPage.shown;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page shows is what the API tells. */
class DashboardFiguresTest extends BrowserTest {

  private static final String MODEL = "minilm@auto";

  @BeforeEach
  void chooseTheModel() {
    page.choose(MODEL);
  }

  @Test
  void paintsWithinASecond() {
    // Of some, since the machine's other work is not the page's.
    double firstPaint =
        IntStream.range(0, 3)
            .mapToDouble(
                i -> {
                  page = DashboardPage.open(browser.driver, sample.address());
                  return ((Number)
                          page.run(
                              "return performance.getEntriesByName('first-contentful-paint')[0]"
                                  + ".startTime"))
                      .doubleValue();
                })
            .min()
            .orElseThrow();

    assertThat(firstPaint).isLessThan(1000);
  }

  @Test
  void listsDevicesAndModels() {
    JsonNode status = sample.get("status");

    assertThat(column("#devices", "Name"))
        .containsExactlyElementsOf(status.get("devices").findValuesAsText("name"));
    List<Map<String, String>> models = page.table("#models");
    assertThat(models).hasSameSizeAs(status.get("models"));
    for (int i = 0; i < models.size(); i++) {
      JsonNode model = status.get("models").get(i);
      assertThat(models.get(i))
          .containsEntry("Model", model.get("id").asText())
          .containsEntry("Task", model.get("task").asText())
          .containsEntry("State", model.get("state").asText())
          .hasEntrySatisfying(
              "Serves", serves -> assertThat(serves).startsWith(model.get("version").asText()));
    }
  }

  @Test
  @SuppressWarnings("unchecked")
  void showsTheFiguresOfTheLatestSample() {
    askNearest(5);
    page.until("an answer in the latest sample", p -> !p.text("#figures").contains("–"));

    Map<String, Object> told =
        (Map<String, Object>)
            page.run(
                "const figures = document.getElementById('figures');"
                    + "return {at: Number(figures.dataset.at), texts: Object.fromEntries("
                    + "[...figures.children].map(f => [f.querySelector('dt').textContent,"
                    + " f.querySelector('dd').textContent]))}");

    JsonNode sampled = samples().get(told.get("at"));
    assertThat((Map<String, String>) told.get("texts"))
        .containsEntry("State", sampled.get("state").asText())
        .containsEntry(
            "Answered", shown(sampled.get("requestsPerSecond").asDouble()) + " requests/s")
        .containsEntry("p50", shown(sampled.at("/latency/p50Ms").asDouble()) + " ms")
        .containsEntry("p99", shown(sampled.at("/latency/p99Ms").asDouble()) + " ms")
        .containsEntry("Mean batch", shown(sampled.get("meanBatch").asDouble()) + " rows")
        .containsEntry("Busy", shown(100 * sampled.get("busyShare").asDouble()) + " %");
  }

  @Test
  @SuppressWarnings("unchecked")
  void drawsTheSamplesOfTheApi() {
    page.run("document.getElementById('live').scrollIntoView()");
    page.until("charts", p -> p.all("#charts canvas").size() == 6);
    askNearest(3);

    // Of the library's own account of what it drew: series by name, each with times and values.
    Map<String, List<List<Number>>> drawn =
        (Map<String, List<List<Number>>>)
            page.runLater(
                "const done = arguments[0];"
                    + "const library = performance.getEntriesByType('resource')"
                    + "  .map(r => r.name).find(n => n.includes('/echarts.esm'));"
                    + "setTimeout(() => import(library).then(echarts => done(Object.fromEntries("
                    + " [...document.querySelectorAll('#charts .canvas')]"
                    + "   .flatMap(c => echarts.getInstanceByDom(c).getOption().series)"
                    + "   .map(s => [s.name, s.data])))), 2500);");

    Map<Object, JsonNode> samples = samples();
    assertThat(drawn.get("p99")).hasSizeGreaterThan(2);
    int compared = 0;
    for (String line : List.of("answered", "p50", "p95", "p99", "waiting", "under way", "mean")) {
      for (List<Number> point : drawn.get(line)) {
        JsonNode sampled = samples.get(point.get(0).longValue());
        if (sampled != null) {
          assertThat(point.get(1)).as(line).isEqualTo(value(sampled, line));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(50);
  }

  @Test
  void flowsAddUp() {
    askNearest(4);
    choose("select[name=seconds] option[value='3600']");
    for (String measure : List.of("requests", "time")) {
      choose("input[value=" + measure + "]");
      page.run("document.querySelectorAll('#flow-chart details').forEach(d => { d.open = true; })");
      String table = "#flow-chart figure:not([hidden])";

      await()
          .atMost(Duration.ofSeconds(15))
          .untilAsserted(
              () -> {
                JsonNode graph = sample.get("flow?seconds=3600").get(measure);
                List<Map<String, String>> rows = page.table(table);
                assertThat(rows).hasSameSizeAs(graph.get("links")).isNotEmpty();
                for (int i = 0; i < rows.size(); i++) {
                  assertThat(rows.get(i))
                      .containsEntry(
                          "Amount, " + graph.get("unit").asText(),
                          shown(graph.get("links").get(i).get("value").asDouble()));
                }
              });
      assertConserved(sample.get("flow?seconds=3600").get(measure));
      assertThat(page.text("#flow-sum")).matches("(\\S+ \\S+) in, \\1 out\\.");
    }
  }

  @Test
  void fillsTheLoadTableAndPlansWithWhatWasMeasured() throws IOException {
    page.click("#load-start");
    page.until("progress", p -> p.find("#load-progress").getDomProperty("value").length() > 1);
    assertThat(page.find("#load-start").isEnabled()).isFalse();
    await().atMost(Duration.ofSeconds(60)).until(() -> page.text("#load-step").contains("done"));

    JsonNode run = sample.get("load");
    List<Map<String, String>> rows = page.table("#load-rows");
    assertThat(rows).hasSize(3);
    for (int i = 0; i < rows.size(); i++) {
      JsonNode row = run.get("rows").get(i);
      assertThat(rows.get(i))
          .containsEntry("Sent", shown(row.get("sent").asDouble()))
          .containsEntry("Answered", shown(row.get("answered").asDouble()))
          .containsEntry("Offered, 1/s", shown(row.get("offeredPerSecond").asDouble()))
          .containsEntry("p99, ms", shown(row.get("p99Ms").asDouble()));
      assertThat(row.get("answered").asInt()).isPositive();
    }

    page.until("figures to plan with", p -> !p.all("#devices-needed").isEmpty());
    double gflop = 0;
    for (JsonNode model : sample.get("capacity").get("models")) {
      if (model.get("id").asText().equals(MODEL)) {
        gflop = model.get("gflopPerItem").asDouble();
      }
    }
    assertThat(page.text("#formula"))
        .startsWith("%s GFLOP × 10,000 × 10 = ".formatted(shown(gflop)));
    assertThat(page.text("#devices-needed")).matches("\\d+ devices?");
    page.run("scrollTo(0, 0)");
    page.picture(Path.of("target/dashboard.png"));
  }

  private void choose(String selector) {
    page.click(selector);
  }

  private List<String> column(String table, String title) {
    return page.table(table).stream().map(row -> row.get(title)).toList();
  }

  /** What the API's latest samples tell of the model, by their times. */
  private Map<Object, JsonNode> samples() {
    Map<Object, JsonNode> samples = new HashMap<>();
    for (JsonNode one : sample.get("live?samples=300").get("samples")) {
      for (JsonNode model : one.get("models")) {
        if (model.get("id").asText().equals(MODEL)) {
          samples.put(one.get("at").asLong(), model);
        }
      }
    }
    return samples;
  }

  private static Number value(JsonNode sampled, String line) {
    JsonNode value =
        switch (line) {
          case "answered" -> sampled.get("requestsPerSecond");
          case "waiting" -> sampled.get("queueLength");
          case "under way" -> sampled.get("underWay");
          case "mean" -> sampled.get("meanBatch");
          default -> sampled.at("/latency/" + line + "Ms");
        };
    return value.isNumber() ? number(value) : null;
  }

  /** As the driver gives numbers of the page: whole ones as such. */
  private static Number number(JsonNode value) {
    double number = value.asDouble();
    return number == Math.rint(number) ? (Number) (long) number : (Number) number;
  }

  private static void assertConserved(JsonNode graph) {
    Set<String> inner = new LinkedHashSet<>(graph.get("links").findValuesAsText("source"));
    inner.retainAll(graph.get("links").findValuesAsText("target"));
    assertThat(inner).isNotEmpty();
    for (String node : inner) {
      assertThat(sum(graph, "target", node)).as(node).isEqualTo(sum(graph, "source", node));
    }
  }

  /** In thousandths, in which the API counts. */
  private static long sum(JsonNode graph, String end, String node) {
    return StreamSupport.stream(graph.get("links").spliterator(), false)
        .filter(link -> link.get(end).asText().equals(node))
        .mapToLong(link -> Math.round(1000 * link.get("value").asDouble()))
        .sum();
  }
}
