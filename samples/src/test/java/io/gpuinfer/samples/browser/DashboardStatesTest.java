package io.gpuinfer.samples.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.state.StateEvent;
import io.gpuinfer.serving.state.StateTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The states of a model, and those of the connection. */
class DashboardStatesTest extends BrowserTest {

  private static final String MODEL = "minilm@auto";

  @Test
  void drawsAllTransitionsOfTheServer() {
    Set<String> drawn =
        page.all(".machine .edge").stream()
            .map(
                edge ->
                    Stream.of("from", "event", "to")
                        .map(name -> edge.getDomAttribute("data-" + name))
                        .collect(Collectors.joining(" ")))
            .collect(Collectors.toSet());

    Set<String> table =
        Stream.of(ServerState.values())
            .flatMap(
                from ->
                    Stream.of(StateEvent.values())
                        .flatMap(
                            event ->
                                StateTable.next(from, event).stream()
                                    .map(to -> from + " " + event + " " + to)))
            .collect(Collectors.toSet());
    assertThat(drawn).isEqualTo(table);
  }

  @Test
  @SuppressWarnings("unchecked")
  void lightsEachStateOfAFloodAndADrill() {
    JsonNode before = model(MODEL);
    Assumptions.assumeTrue(
        before.get("engine").asText().equals("opencl"),
        "There is no OpenCL device that could fail");
    page.choose(MODEL);
    awaitStable();
    page.run(
        "window.lit = []; window.said = [];"
            + "new MutationObserver(changes => changes.forEach(change => {"
            + "  if (change.target.hasAttribute('aria-current'))"
            + "    window.lit.push(change.target.dataset.state);"
            + "})).observe(document.getElementById('machine'),"
            + " {attributeFilter: ['aria-current'], subtree: true});"
            + "new MutationObserver(() =>"
            + " window.said.push(document.getElementById('announcement').textContent))"
            + ".observe(document.getElementById('announcement'), {childList: true})");

    await("a state under more than can be done")
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              sample.flood(100);
              return page.litState().equals("DEGRADED");
            });
    awaitStable();
    sample.drill("start");
    try {
      askNearest(2);
      page.until("a state that is told", p -> p.litState().equals("OFFLINE"));
    } finally {
      sample.drill("stop");
    }
    awaitStable();

    assertThat((List<String>) page.run("return window.lit"))
        .containsSubsequence("DEGRADED", "STABLE", "OFFLINE", "RECOVERING", "STABLE");
    assertThat((List<String>) page.run("return window.said"))
        .anyMatch(words -> words.startsWith(MODEL + " is OFFLINE since "))
        .anyMatch(words -> words.startsWith(MODEL + " is STABLE since "));
    List<JsonNode> history = model(MODEL).findValues("history");
    List<Map<String, String>> changes = page.table("#changes");
    assertThat(changes).hasSameSizeAs(history.get(0));
    for (int i = 0; i < changes.size(); i++) {
      JsonNode change = history.get(0).get(changes.size() - 1 - i);
      assertThat(changes.get(i))
          .containsEntry("From", change.get("from").asText())
          .containsEntry("To", change.get("to").asText())
          .containsEntry("Why", change.get("reason").asText());
    }
    page.until("the error, and what to do", p -> p.text("#error-list").contains("Device"));
  }

  @Test
  void saysThatTheServerIsGoneAndComesBack() {
    page.choose(MODEL);
    askNearest(3);
    sample.stop();
    page.until("that it is gone", p -> p.connection().contains("trying again in"));
    assertThat(page.find("#connection").getDomAttribute("data-connection")).isEqualTo("lost");

    sample.start();
    long started = System.currentTimeMillis();
    await().atMost(Duration.ofSeconds(60)).until(() -> page.timeOfFigures() > started);
    // An application that loads its models may be silent once more.
    page.until("that it is live again", p -> p.connection().equals("Live"));
    // Models are loaded one after the other.
    page.until("the model of before", p -> MODEL.equals(p.find("#model").getDomProperty("value")));

    // The browser tells of each try that failed.
    assertThat(browser.complaints()).allMatch(line -> line.contains("net::ERR_"));
  }

  /** With requests all the while: only a run tells that runs take no longer than they should. */
  private void awaitStable() {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              askNearest(1);
              return page.litState().equals("STABLE");
            });
  }
}
